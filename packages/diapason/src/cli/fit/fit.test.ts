import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { openStudy } from '../../study/create-study.ts'
import { listStudies } from '../../study/studies.ts'
import type { TrialRecord } from '../../trial/trial-record.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'diapason-fit-'))
afterAll(() => rmSync(folder, { recursive: true }))

function start(...args: string[]) {
  const child = spawn(process.execPath, ['--conditions=@diapason/source', MAIN, ...args], { cwd: folder })
  const out = { stdout: '', stderr: '' }
  child.stdout.on('data', (part) => {
    out.stdout += String(part)
  })
  child.stderr.on('data', (part) => {
    out.stderr += String(part)
  })
  const done = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, ...out }))
  })
  /** Waits for an event of `--json`. */
  const sees = (event: string) => expect.poll(() => out.stdout, { timeout: 60_000, interval: 20 }).toContain(event)
  return { child, done, sees }
}

const diapason = (...args: string[]) => start(...args).done

async function trialsIn(name: string) {
  await using study = await openStudy({ storage: `sqlite:${join(folder, name, 'study.db')}`, name: 'fit' })
  return study.trials
}

const file = (name: string, text: string | Uint8Array) => writeFileSync(join(folder, name), text)
const row = (i: number) => `${i},${(i * 7) % 12},${['Graz', 'Linz', 'Wien'][i % 3]},${(i * 7) % 12 > 5 ? 'yes' : 'no'}`
const csv = `nr,size,city,dear\n${Array.from({ length: 60 }, (_, i) => row(i)).join('\n')}\n`
file('houses.csv', csv)

describe('diapason fit', () => {
  it('makes a model, which predicts', { timeout: 120_000 }, async () => {
    const fit = await diapason('fit', 'houses.csv', '--target', 'dear', '--trials', '2', '--seed', '1')
    expect({ code: fit.code, stderr: fit.stderr }).toEqual({ code: 0, stderr: '' })
    expect(fit.stdout).toContain('houses.csv: 60 rows; to predict: dear (2 classes), by accuracy')
    expect(fit.stdout).toMatch(/nr +left out: it only numbers the rows/)
    expect(fit.stdout).toContain('diapason predict houses-dear new.csv')
    expect(readFileSync(join(folder, 'houses-dear/card.md'), 'utf8')).toContain('# A model of `dear`')
    expect(await listStudies(`sqlite:${join(folder, 'houses-dear/study.db')}`)).toMatchObject([{ name: 'fit' }])

    file('new.csv', 'city,size\nGraz,11\nRom,0\n,\n')
    const predicted = await diapason('predict', 'houses-dear', 'new.csv')
    expect(predicted.stderr).toBe('note: 1 row with a "city" that the model never saw: taken as unknown\n')
    const [header, first, second, third, end] = predicted.stdout.split('\n')
    expect(header).toBe('dear,probability:no,probability:yes')
    expect(first).toMatch(/^yes,/)
    expect(second).toMatch(/^no,/)
    expect([third?.split(',').length, end]).toEqual([3, ''])
    await diapason('predict', 'houses-dear', 'new.csv', '-o', 'out.jsonl')
    const line = JSON.parse(readFileSync(join(folder, 'out.jsonl'), 'utf8').split('\n')[0] ?? '')
    expect(line).toMatchObject({ dear: 'yes', probabilities: { yes: expect.any(Number), no: expect.any(Number) } })

    const again = await diapason('fit', 'houses.csv', '--target', 'dear', '--config', 'houses-dear/card.json', '--json')
    const events = again.stdout.trimEnd().split('\n')
    expect(JSON.parse(events.at(-1) ?? '')).toMatchObject({ type: 'result', report: { chosen: 'given', seed: 1 } })
    const bytes = (name: string) => readFileSync(join(folder, name, 'model.safetensors'))
    expect(bytes('houses-dear-again').equals(bytes('houses-dear'))).toBe(true)

    expect(await diapason('fit', 'houses.csv', '--target', 'dear')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('houses-dear holds a fit already. Go on with it by --resume'),
    })
  })

  it.each([
    ['a target that is not there', csv, ['--target', 'price'], 'The table has no column "price". It has "nr", "size"'],
    ['one class', csv.replaceAll('yes', 'no'), ['--target', 'dear'], 'The target "dear" is "no" in every row'],
    ['an empty file', '', ['--target', 'dear'], 'The table has no rows'],
    ['an empty target', 'a,b\n1,\n2,\n', ['--target', 'b'], 'The target "b" is empty'],
    ['three rows', csv.split('\n').slice(0, 4).join('\n'), ['--target', 'dear'], '3 rows with a "dear" are too few'],
    ['another encoding', Uint8Array.of(0x61, 0x0a, 0xe9, 0x0a), ['--target', 'a'], 'The file is not UTF-8 text'],
    ['an unknown metric', csv, ['--target', 'dear', '--metric', 'acc'], 'There is no metric "acc"'],
    ['an unknown column', csv, ['--target', 'dear', '--category', 'zip'], '--category names "zip"'],
  ])('refuses %s in one line, with exit code 2, and leaves nothing behind', async (_, text, flags, message) => {
    file('bad.csv', text)
    const { code, stdout, stderr } = await diapason('fit', 'bad.csv', '-o', 'bad', '--time', '5s', ...flags)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^error: [^\n]+\n$/)
    expect(stderr).toContain(message)
    expect(existsSync(join(folder, 'bad'))).toBe(false)
  })

  it('goes on with its search by --resume, and writes over it by --force', { timeout: 120_000 }, async () => {
    const flags = ['fit', 'houses.csv', '--target', 'dear', '-o', 'again', '--seed', '1', '--json']
    await diapason(...flags, '--trials', '2')
    const first = await trialsIn('again')
    const resumed = await diapason(...flags, '--trials', '3', '--resume')
    expect({ code: resumed.code, stderr: resumed.stderr }).toEqual({ code: 0, stderr: '' })
    const second = await trialsIn('again')
    expect(second.slice(0, first.length)).toEqual(first)
    expect(second.length).toBe(first.length + 1)
    expect((await diapason(...flags, '--trials', '1', '--force')).code).toBe(0)
    expect(await trialsIn('again')).toHaveLength(1)
    expect(await diapason(...flags, '--resume', '-o', 'nowhere')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nowhere holds no search to go on with'),
    })
  })

  it('keeps the best so far after one Ctrl-C, and nothing but the study after two', { timeout: 120_000 }, async () => {
    const flags = ['fit', 'houses.csv', '--target', 'dear', '--time', '10m', '--json', '-o']
    const once = start(...flags, 'once')
    const twice = start(...flags, 'twice')
    for (const { sees } of [once, twice]) await sees('"type":"trial","number":0')
    once.child.kill('SIGINT')
    twice.child.kill('SIGTERM')
    const [kept, stopped] = await Promise.all([once.done, twice.done])
    expect(kept.code, kept.stderr).toBe(0)
    expect(kept.stdout).toContain('"type":"result"')
    expect(existsSync(join(folder, 'once/model.safetensors'))).toBe(true)
    expect(stopped).toMatchObject({ code: 143, stderr: expect.stringContaining('nothing was written but the study') })
    expect(existsSync(join(folder, 'twice/model.safetensors'))).toBe(false)
    const resumed = await diapason('fit', 'houses.csv', '--target', 'dear', '-o', 'twice', '--trials', '1', '--resume')
    expect(resumed.code, resumed.stderr).toBe(0)
    expect(existsSync(join(folder, 'twice/model.safetensors'))).toBe(true)
  })

  it('goes on after it was killed, folds that were done included', { timeout: 120_000 }, async () => {
    const flags = ['fit', 'houses.csv', '--target', 'dear', '-o', 'killed', '--seed', '1', '--json', '--trials', '6']
    const first = start(...flags)
    await first.sees('"type":"trial","number":0')
    // Into the search or the confirmation, wherever that comes to.
    await new Promise((resolve) => setTimeout(resolve, 800 * Math.random()))
    first.child.kill('SIGKILL')
    await first.done
    const before = await trialsIn('killed')
    const resumed = await diapason(...flags, '--resume')
    expect({ code: resumed.code, stderr: resumed.stderr }).toEqual({ code: 0, stderr: '' })
    const after = await trialsIn('killed')
    const hasEnded = ({ state }: TrialRecord) => state === 'complete' || state === 'pruned'
    for (const trial of before.filter(hasEnded)) expect(after[trial.number]).toEqual(trial)
    for (const { params, userAttrs } of before.filter((trial) => !hasEnded(trial) && trial.userAttrs.foldScores)) {
      const successor = after.find((trial) => hasEnded(trial) && isDeepStrictEqual(trial.params, params))
      expect(successor?.userAttrs.foldScores).toMatchObject(userAttrs.foldScores as object)
    }
    const searched = after.filter(({ systemAttrs }) => systemAttrs['diapason:repeats'] === undefined)
    expect(searched.filter(hasEnded)).toHaveLength(6)
    expect(existsSync(join(folder, 'killed/model.safetensors'))).toBe(true)
  })

  it('ends with its time, its model written', { timeout: 60_000 }, async () => {
    const { done, sees } = start('fit', 'houses.csv', '--target', 'dear', '--time', '5s', '-o', 'timed', '--json')
    await sees('"type":"data"')
    const startedAt = performance.now()
    const { code, stderr } = await done
    expect(code, stderr).toBe(0)
    expect(performance.now() - startedAt).toBeLessThan(8000)
    expect(existsSync(join(folder, 'timed/model.safetensors'))).toBe(true)
  })

  it('predict refuses what is no model', async () => {
    expect(await diapason('predict', 'nowhere', 'new.csv')).toMatchObject({
      code: 2,
      stderr: 'error: There is no nowhere. Give the folder that `diapason fit` made.\n',
    })
  })
})
