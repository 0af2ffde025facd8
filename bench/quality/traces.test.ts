import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { condense, newestTraces, openTraces, type Trace, writeCondensed } from './traces.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'diapason-traces-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const trace = (seed: number, version = '1'): Trace => ({
  task: 'fcnet/a',
  contestant: 'ours-tpe',
  version,
  seed,
  values: [1 / 3, Number.NaN],
  milliseconds: [1.23456, 0],
})

test('a race that was killed goes on after the last whole line', () => {
  openTraces(folder).add(trace(0))
  appendFileSync(join(folder, 'ours-tpe.jsonl'), '{"task":"fcnet/a","contestant":"ours-t')
  const again = openTraces(folder)
  expect(again.has(trace(0))).toBe(true)
  expect(again.has(trace(1))).toBe(false)
  again.add(trace(1))
  expect(openTraces(folder).all()).toHaveLength(2)
})

test('six digits are kept, and failures come back as NaN', () => {
  openTraces(folder).add(trace(0))
  expect(openTraces(folder).all()[0]).toEqual({ ...trace(0), values: [0.333333, Number.NaN], milliseconds: [1.23, 0] })
})

test('packed traces are gzipped, added to, and read beside open ones', () => {
  const first = openTraces(folder)
  first.add(trace(0))
  first.pack()
  expect(existsSync(join(folder, 'ours-tpe.jsonl'))).toBe(false)
  expect([...readFileSync(join(folder, 'ours-tpe.jsonl.gz')).subarray(0, 2)]).toEqual([0x1f, 0x8b])
  const second = openTraces(folder)
  second.add(trace(1))
  expect(openTraces(folder).all()).toHaveLength(2)
  second.pack()
  expect(openTraces(folder).all()).toHaveLength(2)
})

test('another version of a contestant is another search', () => {
  const store = openTraces(folder)
  store.add(trace(0))
  expect(store.has(trace(0, '2'))).toBe(false)
})

test('a condensed trace keeps improvements alone', () => {
  const values = [0.5, 0.7, Number.NaN, 0.2, 0.2]
  expect(condense({ ...trace(0), values }).values).toEqual([0.5, Number.NaN, Number.NaN, 0.2, Number.NaN])
})

test('a condensed course keeps the changes of the incumbent and its end', () => {
  const { values, epochs } = condense({ ...trace(0), values: [0.5, 0.5, 0.2, 0.2, 0.2], epochs: [3, 6, 9, 12, 15] })
  expect(values).toEqual([0.5, 0.2, 0.2])
  expect(epochs).toEqual([3, 9, 15])
})

test('condensed traces count as raced', () => {
  const condensed = join(folder, 'condensed')
  writeCondensed(condensed, [trace(0)])
  expect(openTraces(join(folder, 'results'), condensed).has(trace(0))).toBe(true)
})

test('one version is reported: the current one, or else the last', () => {
  const traces = [trace(0, 'a'), trace(0, 'b')]
  expect(newestTraces(traces, new Map())).toEqual([traces[1]])
  expect(newestTraces(traces, new Map([['ours-tpe', 'a']]))).toEqual([traces[0]])
  expect(newestTraces(traces, new Map([['ours-tpe', 'c']]))).toEqual([traces[1]])
})
