import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { csvFile, tensorboardFolder } from './result-files.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'diapason-results-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Written by PyTorch's SummaryWriter, see fixtures/events.py. */
const EVENTS = fileURLToPath(new URL('fixtures/events.out.tfevents.pytorch', import.meta.url))
const rounded = (sightings: readonly { metric: string; value: number; step: number | undefined }[]) =>
  sightings.map(({ metric, value, step }) => `${metric} ${Math.fround(value).toPrecision(3)} @ ${step}`)

test('events that PyTorch wrote are read as they grow, cut at any byte; those of an earlier trial are not', () => {
  mkdirSync(join(folder, 'old'))
  copyFileSync(EVENTS, join(folder, 'old/events.out.tfevents.1'))
  const source = tensorboardFolder(folder, ['accuracy', 'loss'], { accuracy: 'Accuracy/test', loss: 'new/Loss/train' })
  expect(source.poll(false)).toEqual([])
  mkdirSync(join(folder, 'new'))
  const file = join(folder, 'new/events.out.tfevents.2')
  const all = readFileSync(EVENTS)
  const seen: string[] = []
  for (let at = 0; at < all.length; at += 7) {
    appendFileSync(file, all.subarray(at, at + 7))
    seen.push(...rounded(source.poll(false)))
  }
  expect(seen).toEqual([
    'loss 1.00 @ 1',
    'accuracy 0.600 @ 1',
    'loss 0.500 @ 2',
    'accuracy 0.700 @ 2',
    'loss 0.333 @ 3',
    'accuracy 0.800 @ 3',
    'accuracy 0.875 @ 300',
  ])
  expect(source.poll(true)).toEqual([])
})

test('a file that is none of TensorBoard’s says nothing', () => {
  const source = tensorboardFolder(join(folder, 'later'), ['loss'], {})
  expect(source.poll(false)).toEqual([])
  mkdirSync(join(folder, 'later'))
  writeFileSync(join(folder, 'later/events.out.tfevents.3'), 'this is no event file at all, only text of some length')
  expect(source.poll(true)).toEqual([])
})

test('a CSV file is read by its header, row by row, with gaps as Lightning leaves them', () => {
  const path = join(folder, 'metrics.csv')
  const source = csvFile(path, { metrics: ['val_acc'], fidelity: 'epochs', names: {} })
  expect(source.poll(false)).toEqual([])
  writeFileSync(path, 'epoch,step,train_loss,"val_acc"\n0,49,0.7,\n0,49,,0.8\n1,99,0.5,')
  expect(source.poll(false)).toEqual([{ metric: 'val_acc', value: 0.8, step: 0 }])
  expect(source.poll(false)).toEqual([])
  appendFileSync(path, '0.9\n2,149,,nan')
  expect(source.poll(false)).toEqual([{ metric: 'val_acc', value: 0.9, step: 1 }])
  expect(source.poll(true)).toEqual([{ metric: 'val_acc', value: Number.NaN, step: 2 }])
})

test('a CSV file of an earlier trial is left alone until it is written anew', () => {
  const path = join(folder, 'log.csv')
  writeFileSync(path, 'loss\n1\n')
  const source = csvFile(path, { metrics: ['loss'], fidelity: undefined, names: {} })
  expect(source.poll(true)).toEqual([])
  truncateSync(path)
  writeFileSync(path, 'loss\n2\n')
  expect(source.poll(true)).toEqual([{ metric: 'loss', value: 2, step: undefined }])
})
