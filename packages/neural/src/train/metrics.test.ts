import { expect, test } from 'vitest'
import { classification, regression } from '../data/dataset.ts'
import { measure } from './metrics.ts'

const features = new Float32Array(6)
const labels = Int32Array.of(0, 0, 0, 1, 1, 2)
const three = classification({ features, featureShape: [1], labels })
const predictions = Int32Array.of(0, 0, 1, 1, 2, 2)
const correct = Uint8Array.of(1, 1, 0, 1, 0, 1)
const evaluation = { loss: 0.7, outputs: new Float32Array(18), accuracy: 4 / 6, predictions, correct }

// sklearn.metrics 1.5: balanced_accuracy_score, f1_score(average='macro'), roc_auc_score, r2_score by hand-checked definitions.
test('measures of classes', () => {
  const measured = measure(['loss', 'accuracy', 'balancedAccuracy', 'macroF1'], three, evaluation)
  expect(measured.loss).toBe(0.7)
  expect(measured.accuracy).toBeCloseTo(2 / 3)
  expect(measured.balancedAccuracy).toBeCloseTo((2 / 3 + 1 / 2 + 1) / 3)
  expect(measured.macroF1).toBeCloseTo((0.8 + 0.5 + 2 / 3) / 3)
})

test('the area under the curve counts ties half, for one output and for two', () => {
  const two = classification({ features: new Float32Array(4), featureShape: [1], labels: Int32Array.of(0, 0, 1, 1) })
  const scores = [0.1, 0.4, 0.4, 0.8]
  const one = measure(['rocAuc'], two, { ...evaluation, outputs: Float32Array.from(scores) })
  expect(one.rocAuc).toBeCloseTo(0.875)
  const both = measure(['rocAuc'], two, {
    ...evaluation,
    outputs: Float32Array.from(scores.flatMap((x) => [1, x + 1])),
  })
  expect(both.rocAuc).toBeCloseTo(0.875)
})

test('measures of numbers', () => {
  const data = regression({ features: new Float32Array(4), featureShape: [1], targets: Float32Array.of(3, -0.5, 2, 7) })
  const names = ['meanSquaredError', 'rootMeanSquaredError', 'meanAbsoluteError', 'rSquared'] as const
  const measured = measure(names, data, { loss: 0, outputs: Float32Array.of(2.5, 0, 2, 8) })
  // The example of scikit-learn's r2_score.
  expect(measured.rSquared).toBeCloseTo(0.948608137)
  expect(measured.meanSquaredError).toBeCloseTo(0.375)
  expect(measured.rootMeanSquaredError).toBeCloseTo(0.6123724357)
  expect(measured.meanAbsoluteError).toBeCloseTo(0.5)
})

test('metrics that do not suit the data are refused', () => {
  expect(() => measure(['rSquared'], three, evaluation)).toThrow(/'rSquared' does not suit a classification\. Use loss/)
  expect(() => measure(['rocAuc'], three, evaluation)).toThrow(/for two classes, there are 3/)
})
