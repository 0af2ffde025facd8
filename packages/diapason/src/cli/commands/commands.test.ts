import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OptionError, StorageError, StudyError } from '../../errors.ts'
import { randomSampler } from '../../samplers/random.ts'
import { branch, choice, float, int, repeat } from '../../space/nodes.ts'
import { openStorage } from '../../storage/open-storage.ts'
import { createStudy } from '../../study/create-study.ts'
import { displayWidth } from '../text/display-width.ts'
import { colourPaint, plainPaint } from '../text/paint.ts'
import { register as registerBest } from './best.ts'
import { trialsCsv } from './csv.ts'
import { type Ask, register as registerDelete } from './delete.ts'
import { register as registerExport } from './export.ts'
import type { Output } from './output.ts'
import { register as registerShow } from './show.ts'
import { register as registerStudies } from './studies.ts'
import { register as registerTrials } from './trials.ts'

const OPTUNA_FILE = fileURLToPath(new URL('../../storage/fixtures/optuna-5.0.0.sqlite3', import.meta.url))
let folder = ''
let optuna = ''
let ours = ''

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'diapason-commands-'))
  copyFileSync(OPTUNA_FILE, join(folder, 'optuna.db'))
  optuna = `sqlite:${join(folder, 'optuna.db')}`
  ours = `sqlite:${join(folder, 'ours.db')}`
  await makeStudy(ours)
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A study of ours with a branch, a repeat, defaults, a failed trial and one that waits. */
async function makeStudy(storage: string): Promise<void> {
  await using study = await createStudy({
    name: 'digits',
    storage,
    goals: { accuracy: 'maximize' },
    space: {
      layers: repeat(1, 2, { units: int(16, 512, { log: true, default: 64 }) }, { default: 1 }),
      optimizer: branch('kind', { adam: { rate: float(1e-4, 1e-1, { log: true, default: 1e-3 }) }, none: {} }),
      note: choice(['plain', 'a "quoted", odd\nvalue'], { default: 'plain' }),
    },
    fidelity: { name: 'epochs', min: 1, max: 27 },
    seed: 11,
    sampler: randomSampler(),
  })
  await study.optimize(
    async (_, trial) => {
      await trial.report(1, 0.5)
      return 0.9
    },
    { trials: 1 },
  )
  await study.enqueue({
    layers: [{ units: 128 }, { units: 32 }],
    optimizer: { kind: 'none' },
    note: 'a "quoted", odd\nvalue',
  })
  await study.optimize(() => 0.95, { trials: 1 })
  await study.optimize(
    () => {
      throw new Error('out of memory, "again"')
    },
    { trials: 1 },
  )
  await study.enqueue({ layers: [{ units: 64 }], optimizer: { kind: 'none' }, note: 'plain' })
}

interface Options {
  readonly columns?: number
  readonly ask?: Ask
  readonly colours?: boolean
}

/** Runs a command line and returns what it wrote. */
async function run(
  args: readonly string[],
  { columns = 80, ask = async () => undefined, colours = false }: Options = {},
) {
  let text = ''
  let notes = ''
  const output: Output = {
    write(part) {
      text += part
    },
    columns,
    paint: colours ? colourPaint : plainPaint,
  }
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} })
  for (const register of [registerStudies, registerShow, registerTrials, registerExport]) register(program, output)
  registerBest(program, output, (part) => {
    notes += part
  })
  registerDelete(program, output, ask)
  await program.parseAsync(args, { from: 'user' })
  return { text, notes, lines: text.trimEnd().split('\n'), json: () => JSON.parse(text) as never }
}

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
    // Optuna's best_trials (expected.json): 1, 2 and 4.
    expect(lines.slice(from + 2, from + 5).map((line) => Number(line.trim().split(' ')[0]))).toEqual([1, 2, 4])
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

describe('diapason best', () => {
  it('prints parameters as the objective received them, and nothing else, to standard output', async () => {
    const { json, notes } = await run(['best', '--storage', ours])
    expect(json()).toEqual({
      layers: [{ units: 128 }, { units: 32 }],
      optimizer: { kind: 'none' },
      note: 'a "quoted", odd\nvalue',
    })
    expect(notes).toBe('trial 1: accuracy 0.95\n')
  })

  it('adds trial and values with --json', async () => {
    const { json, notes } = await run(['best', '--storage', ours, '--json'])
    expect(json()).toMatchObject({
      study: 'digits',
      best: [{ trial: 1, values: { accuracy: 0.95 }, paramsByPath: { 'layers.1.units': 32 } }],
    })
    expect(notes).toBe('')
  })

  it('prints each that none beats where there are several goals', async () => {
    const { json } = await run(['best', 'two-goals', '--storage', optuna])
    expect(json()).toHaveLength(3)
  })

  it('says so where no trial is complete', async () => {
    await expect(run(['best', '', '--storage', optuna])).rejects.toThrow(/no complete trial.*no trials yet/)
  })
})

describe('diapason export', () => {
  it('writes CSV that quotes what has to be quoted', async () => {
    const { text } = await run(['export', '--storage', ours])
    const [header, first, second, third] = text.split('\r\n')
    expect(header).toBe(
      'number,state,accuracy,lastStep,startedAt,finishedAt,durationMs,layers,layers.0.units,optimizer,optimizer.adam.rate,note,layers.1.units,reason',
    )
    expect(first).toMatch(/^0,complete,0\.9,1,20\d\d-[^,]+Z,20\d\d-[^,]+Z,[\d.]+,1,64,adam,0\.001,plain,,$/)
    expect(second?.endsWith(',2,128,none,,"a ""quoted"", odd\nvalue",32,')).toBe(true)
    expect(third?.endsWith('"out of memory, ""again"""')).toBe(true)
    expect(text.endsWith('\r\n')).toBe(true)
  })

  it('keeps every digit and every kind of value of Optuna’s trials', async () => {
    const { text } = await run(['export', 'every-kind', '--storage', optuna, '--format', 'csv'])
    const rows = text
      .trimEnd()
      .split('\r\n')
      .map((row) => row.split(','))
    expect(rows).toHaveLength(10)
    const column = (name: string) => rows.slice(1).map((row) => row[rows[0]?.indexOf(name) ?? -1])
    expect(column('loss').slice(0, 4)).toEqual(['0.5', '5e-324', 'Infinity', '-1.7976931348623157e+308'])
    expect(column('f').slice(0, 2)).toEqual(['0.1', '0.30000000000000004'])
    expect(column('c').slice(0, 5)).toEqual(['null', 'true', '1.5', '', '3'])
  })

  it('writes JSON with all reports, to a file by its extension', async () => {
    const file = join(folder, 'out.json')
    const { text } = await run(['export', 'tpe-hyperband', '--storage', optuna, '-o', file])
    expect(text).toBe(`60 trials of tpe-hyperband written to ${file}\n`)
    const trials = JSON.parse(readFileSync(file, 'utf8')) as readonly { state: string; reports: unknown[] }[]
    expect(trials).toHaveLength(60)
    expect(trials.find(({ state }) => state === 'complete')?.reports).toHaveLength(27)
    expect(statSync(file).size).toBeGreaterThan(10_000)
  })

  it('tells a parameter from a goal of the same name', () => {
    const base = { id: 1, number: 0, distributions: {}, reports: [], userAttrs: {}, systemAttrs: {}, startedAt: 0 }
    const trial = { ...base, params: { loss: 3, state: 'x' }, state: 'complete', values: [1], finishedAt: 5 } as const
    expect(
      trialsCsv([trial], [{ name: 'loss', direction: 'minimize' }])
        .split('\r\n')
        .slice(0, 2),
    ).toEqual([
      'number,state,loss,lastStep,startedAt,finishedAt,durationMs,param:loss,param:state,reason',
      '0,complete,1,,1970-01-01T00:00:00.000Z,1970-01-01T00:00:00.005Z,5,3,x,',
    ])
  })
})

describe('diapason delete', () => {
  const names = async (url: string) => {
    const storage = await openStorage(url)
    const studies = await storage.listStudies()
    await storage.close()
    return studies.map(({ name }) => name)
  }
  const fresh = (file: string) => {
    copyFileSync(OPTUNA_FILE, join(folder, file))
    return `sqlite:${join(folder, file)}`
  }

  it('refuses where nobody can be asked', async () => {
    const url = fresh('refuse.db')
    await expect(run(['delete', 'two-goals', '--storage', url])).rejects.toThrow(OptionError)
    expect(await names(url)).toHaveLength(4)
  })

  it('asks with the name and the number of trials, and takes only yes for yes', async () => {
    const url = fresh('ask.db')
    const questions: string[] = []
    const answer = (text: string) => async (question: string) => {
      questions.push(question)
      return text
    }
    for (const no of ['', 'n', 'yess']) {
      const { text } = await run(['delete', 'two-goals', '--storage', url], { ask: answer(no) })
      expect(text).toBe('Nothing was deleted.\n')
    }
    expect(questions[0]).toContain('Delete study two-goals with its 5 trials from sqlite:')
    expect(await names(url)).toHaveLength(4)
    await run(['delete', 'two-goals', '--storage', url], { ask: answer(' Yes ') })
    expect(await names(url)).toEqual(['every-kind', 'tpe-hyperband', ''])
  })

  it('deletes with --yes, and needs the name even then', async () => {
    const url = fresh('yes.db')
    const { text } = await run(['delete', 'every-kind', '--yes', '--storage', url])
    expect(text).toBe('Deleted study every-kind with its 9 trials.\n')
    expect(await names(url)).not.toContain('every-kind')
    await expect(run(['delete', '--yes', '--storage', url])).rejects.toThrow(/missing required argument/)
    await expect(run(['delete', 'every-kind', '--yes', '--storage', url])).rejects.toThrow(StudyError)
  })
})
