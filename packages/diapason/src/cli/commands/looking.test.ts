import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StorageError, StudyError } from '../../errors.ts'
import { databases, OPTUNA_FILE, run } from '../fixtures/stored-studies.ts'
import { displayWidth } from '../text/display-width.ts'

let folder = ''
let optuna = ''
let ours = ''
beforeAll(async () => {
  ;({ folder, optuna, ours } = await databases())
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('diapason studies', () => {
  it('lists the studies of a database that Optuna wrote', async () => {
    const { lines, text } = await run(['studies', '--storage', optuna])
    expect(lines[0]).toMatch(/^study +goals +trials +pruned +failed +running +started$/)
    expect(lines.slice(1).map((line) => line.split(/ {2,}/)[0])).toEqual([
      'every-kind',
      'two-goals',
      'tpe-hyperband',
      '""',
    ])
    expect(text).toMatch(/tpe-hyperband +maximize value +60 +34 +0 +0 +2026-11-\d\d \d\d:\d\d/)
    expect(lines.every((line) => displayWidth(line) <= 80)).toBe(true)
  })

  it('writes them as JSON', async () => {
    const { json } = await run(['studies', '--storage', optuna, '--json'])
    expect(json()).toMatchObject([
      {
        name: 'every-kind',
        goals: { loss: 'minimize' },
        counts: { complete: 4, pruned: 2, failed: 1, running: 1, waiting: 1 },
      },
      { name: 'two-goals', goals: { accuracy: 'maximize', latency_ms: 'minimize' } },
      { name: 'tpe-hyperband', counts: { complete: 26, pruned: 34 } },
      { name: '', startedAt: null },
    ])
  })

  it('makes no database by looking for one', async () => {
    const file = join(folder, 'none.db')
    await expect(run(['studies', '--storage', `sqlite:${file}`])).rejects.toThrow(StorageError)
    await expect(run(['show', '--storage', `sqlite:${file}`])).rejects.toThrow(/diapason demo/)
    await expect(run(['delete', 'x', '--yes', '--storage', `sqlite:${file}`])).rejects.toThrow(StorageError)
    expect(existsSync(file)).toBe(false)
  })

  it('leaves a database that it looks at as it is', async () => {
    const file = join(folder, 'untouched.db')
    copyFileSync(OPTUNA_FILE, file)
    const before = readFileSync(file)
    for (const command of ['show', 'trials', 'best', 'export'])
      await run([command, 'two-goals', '--storage', `sqlite:${file}`])
    expect(readFileSync(file).equals(before)).toBe(true)
    expect(existsSync(`${file}-wal`)).toBe(false)
  })
})

describe('diapason show', () => {
  it('gives an overview of our study, the only one', async () => {
    const { lines, text } = await run(['show', '--storage', ours])
    expect(lines[0]).toBe('digits  maximize accuracy')
    expect(text).toContain('4: 2 complete, 0 pruned, 1 failed, 1 waiting')
    expect(text).toMatch(/seed +11\n/)
    expect(text).toMatch(/method +random, asha\n/)
    expect(text).toContain('best  accuracy 0.95  trial 1    default  accuracy 0.9  trial 0')
    expect(text).toMatch(/layers\.0\.units +128 +default 64/)
    expect(text).toContain('the best 2')
    expect(text).toMatch(/layers\.1\.units +\[16, 512\] +log +64 +layers ≥ 2/)
    expect(text).toMatch(/optimizer\.adam\.rate .* optimizer is adam/)
  })

  it('gives an overview of Optuna’s studies by what their trials show', async () => {
    const { text } = await run(['show', 'tpe-hyperband', '--storage', optuna])
    // Number 22 with 0.99686…: Optuna's own best trial (expected.json).
    expect(text).toContain('best  value 0.9969  trial 22')
    expect(text).toContain('the space, as its trials show it')
    expect(text).toMatch(/units\.2 +\[16, 512\] +log/)
    expect(text).toMatch(/seed +not stored/)
    expect((await run(['show', 'every-kind', '--storage', optuna])).text).toContain('"inf":"Infinity"')
  })

  it('lists trials that none beats in all goals', async () => {
    const { lines } = await run(['show', 'two-goals', '--storage', optuna])
    const from = lines.indexOf('trials that none beats in all goals')
    // Optuna's best_trials (expected.json): 2 and 4; trial 1 breaks a constraint.
    expect(lines.slice(from + 2, from + 4).map((line) => Number(line.trim().split(' ')[0]))).toEqual([2, 4])
    expect(lines.join('\n')).toMatch(/infeasible +1 of \d complete trials breaks a constraint: /)
    const { text } = await run(['trials', 'two-goals', '--storage', optuna], { columns: 160 })
    expect(text).toMatch(/\n +1 +complete .*breaks \w/)
  })

  it('shows a study without trials', async () => {
    expect((await run(['show', '', '--storage', optuna])).lines[0]).toBe('""  minimize value')
  })

  it('writes JSON', async () => {
    const { json } = await run(['show', 'digits', '--storage', ours, '--json'])
    expect(json()).toMatchObject({
      study: 'digits',
      goals: { accuracy: 'maximize' },
      seed: 11,
      sampler: 'random',
      counts: { complete: 2, failed: 1, waiting: 1 },
      best: [{ number: 1, values: { accuracy: 0.95 } }],
      default: { number: 0, values: { accuracy: 0.9 } },
      space: [{ path: 'layers', kind: 'int', low: 1, high: 2, default: 1, condition: null }, {}, {}, {}, {}, {}],
    })
  })

  it.each([40, 80, 160])('fits %i columns', async (columns) => {
    for (const study of ['every-kind', 'two-goals', 'tpe-hyperband', '']) {
      for (const command of ['show', 'trials']) {
        const { lines } = await run([command, study, '--storage', optuna], { columns, colours: true })
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns)
      }
    }
  })

  it('says which studies there are where the name is missing or wrong', async () => {
    await expect(run(['show', '--storage', optuna])).rejects.toThrow(/"every-kind", "two-goals"/)
    await expect(run(['show', 'digit', '--storage', ours])).rejects.toThrow(StudyError)
  })
})

describe('diapason trials', () => {
  it('lists all of them, reports of unfinished ones in brackets', async () => {
    const { lines } = await run(['trials', 'every-kind', '--storage', optuna], { columns: 60 })
    expect(lines).toHaveLength(10)
    expect(lines[0]).toMatch(/^trial +state +loss +step +took +parameters$/)
    expect(lines[1]).toMatch(/^ +0 +complete +0\.5 +9 +/)
    expect(lines[3]).toMatch(/complete +∞/)
    expect(lines[5]).toMatch(/pruned +\(2\.25\) +4/)
    expect(lines[7]).toMatch(/failed +\(NaN\)/)
    expect(lines[9]).toMatch(/waiting +f 0\.98$/)
  })

  it('filters, sorts and limits', async () => {
    const numbers = async (...args: string[]) => {
      const { json } = await run(['trials', 'every-kind', '--storage', optuna, '--json', ...args])
      return (json() as readonly { number: number }[]).map(({ number }) => number)
    }
    expect(await numbers('--state', 'complete', '--sort', 'value')).toEqual([3, 1, 0, 2])
    expect(await numbers('--sort', 'value', '--limit', '2')).toEqual([3, 1])
    expect(await numbers('--state', 'pruned')).toEqual([4, 5])
    await expect(numbers('--state', 'lost')).rejects.toThrow(/Allowed choices/)
    await expect(numbers('--limit', '0')).rejects.toThrow(/at least 1/)
  })

  it('puts the best first whichever way the goal goes', async () => {
    const { lines } = await run(['trials', 'tpe-hyperband', '--storage', optuna, '--sort', 'value', '--limit', '1'])
    expect(lines[1]).toMatch(/^ +22 +complete +0\.9969/)
  })

  it('writes every number of a trial as JSON', async () => {
    const { json, lines } = await run(['trials', 'every-kind', '--storage', optuna, '--json'])
    expect(lines).toHaveLength(11)
    const [first, , third, fourth] = json() as readonly unknown[]
    expect(first).toMatchObject({
      values: { loss: 0.5 },
      reports: [
        [0, 1],
        [1, 0.75],
        [9, 0.5],
      ],
      params: { c: null },
    })
    expect(third).toMatchObject({
      values: { loss: 'Infinity' },
      reports: [
        [0, 'Infinity'],
        [1, '-Infinity'],
        [2, 'NaN'],
      ],
    })
    expect(fourth).toMatchObject({ values: { loss: -Number.MAX_VALUE }, reason: null })
  })

  it('cuts nothing where lines need not fit', async () => {
    const { lines } = await run(['trials', 'every-kind', '--storage', optuna], { columns: Number.POSITIVE_INFINITY })
    expect(lines[1]).toMatch(/c null, c_str élu$/)
  })

  it('says why a trial failed', async () => {
    expect((await run(['trials', '--storage', ours, '--state', 'failed'])).text).toContain('out of memory, "again"')
  })
})

describe('diapason importance', () => {
  it('draws a bar for each parameter under a sentence', async () => {
    const { text, lines } = await run(['importance', 'tpe-hyperband', '--storage', optuna])
    expect(text).toMatch(/^Most to do with the result: /)
    expect(text).toMatch(/\n\S+ +\d+ % +█{24} +\d+\n/)
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(80)
  })

  it('writes JSON by either method, and refuses goals that are not there', async () => {
    const { json } = await run(['importance', 'two-goals', '--storage', optuna, '--json'])
    expect(json()).toMatchObject({ method: 'ped-anova', goal: null })
    const fanova = await run([
      'importance',
      'two-goals',
      '--storage',
      optuna,
      '--json',
      '--method',
      'fanova',
      '--goal',
      'latency_ms',
    ])
    expect(fanova.json()).toMatchObject({ method: 'fanova', goal: 'latency_ms' })
    await expect(run(['importance', 'two-goals', '--storage', optuna, '--goal', 'x'])).rejects.toThrow(
      /"accuracy", "latency_ms"/,
    )
  })
})
