import { describe, expect, test } from 'vitest'
import { createMetricReader, type MetricOptions } from './metric-lines.ts'

/** What is found in some lines, as `goal value @ step`. */
function found(lines: string | readonly string[], options: Partial<MetricOptions> = {}): string[] {
  const read = createMetricReader({ metrics: ['accuracy'], fidelity: undefined, patterns: {}, names: {}, ...options })
  return [lines]
    .flat()
    .flatMap((line) => read(line).map(({ metric, value, step }) => `${metric} ${value} @ ${step ?? '-'}`))
}

describe('a line that a training prints', () => {
  test.each([
    ['accuracy=0.93', 'accuracy 0.93 @ -'],
    ['Accuracy: 93.1%', 'accuracy 93.1 @ -'],
    ['final accuracy 1e-3', 'accuracy 0.001 @ -'],
    ['Epoch 3/10, accuracy: .5', 'accuracy 0.5 @ 3'],
    ['epoch=3 accuracy=0.5', 'accuracy 0.5 @ 3'],
    ['[epoch: 07] accuracy : 0.5', 'accuracy 0.5 @ 7'],
    ['step 1200 | accuracy 0.5', 'accuracy 0.5 @ 1200'],
    ['{"epoch": 4, "accuracy": 0.5}', 'accuracy 0.5 @ 4'],
    ["{'epoch': 4, 'accuracy': 0.5}", 'accuracy 0.5 @ -'],
    ['{"step": 4, "accuracy": NaN}', 'accuracy NaN @ -'],
    ['accuracy: -inf', 'accuracy -Infinity @ -'],
    ['accuracy: tensor(0.25, device=cuda)', 'accuracy 0.25 @ -'],
    ['accuracy np.float64(0.25)', 'accuracy 0.25 @ -'],
    // PyTorch's own example on MNIST.
    ['Test set: Average loss: 0.0579, Accuracy: 9810/10000 (98%)', 'accuracy 0.981 @ -'],
    ['train accuracy 0.99 val accuracy 0.91', 'accuracy 0.91 @ -'],
    ['accuracy=0.93.', 'accuracy 0.93 @ -'],
    ['\u001b[32maccuracy\u001b[0m: 0.5', 'accuracy 0.5 @ -'],
    [' 10% loss=3\r 50% accuracy=0.1\r100% accuracy=0.5\r', 'accuracy 0.5 @ -'],
  ])('%j', (line, sighting) => {
    expect(found(line)).toEqual([sighting])
  })

  test.each([
    'val_accuracy=0.9',
    'accuracy_top5=0.9',
    'val/accuracy: 0.9',
    'accuracy',
    'accuracy: high',
    'accuracy=0.93s',
    'accuracy: v2',
  ])('%j says nothing of the accuracy', (line) => {
    expect(found(line)).toEqual([])
  })

  test('may write a name in its own way', () => {
    for (const line of ['val_accuracy=1', 'val accuracy: 1', 'Val-Accuracy 1', 'valAccuracy=1']) {
      expect(found(line, { metrics: ['val_accuracy'] })).toEqual(['val_accuracy 1 @ -'])
    }
    expect(found('{"val/acc": 0.5, "loss": "nan"}', { metrics: ['val/acc', 'loss'] })).toEqual([
      'val/acc 0.5 @ -',
      'loss NaN @ -',
    ])
  })

  test('goes with the step that was named last, as Keras prints it', () => {
    const lines = [
      'Epoch 2/3',
      '\r 1/60 ━━━ 1:10 1s/step - accuracy: 0.1250\b\b\b\b\r60/60 ━━━ 1s 9ms/step - accuracy: 0.5167 - val_accuracy: 0.8',
    ]
    expect(found(lines)).toEqual(['accuracy 0.5167 @ 2'])
    expect(found(lines, { metrics: ['val_accuracy'] })).toEqual(['val_accuracy 0.8 @ 2'])
  })

  test('counts in the fidelity, where it is named', () => {
    expect(found('tree 40: accuracy 0.5', { fidelity: 'trees' })).toEqual(['accuracy 0.5 @ 40'])
  })

  test('may call a goal by another name', () => {
    const names = { accuracy: 'val_acc' }
    expect(found(['accuracy=1', 'val_acc=0.5', '{"val_acc": 0.25}'], { names })).toEqual([
      'accuracy 0.5 @ -',
      'accuracy 0.25 @ -',
    ])
  })

  test('may be read by patterns of its own', () => {
    const patterns = { accuracy: /acc (?<value>[\d.]+)/, step: /^E(\d+)/ }
    expect(found('E5 acc 0.4 accuracy 0.1', { patterns })).toEqual(['accuracy 0.4 @ 5'])
  })
})
