import { copyFileSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { trialsCsv } from '../../analysis/trials-csv.ts'
import { OptionError, StudyError } from '../../errors.ts'
import { openStorage } from '../../storage/open-storage.ts'
import { databases, OPTUNA_FILE, run } from '../fixtures/stored-studies.ts'

let folder = ''
let optuna = ''
let ours = ''
beforeAll(async () => {
  ;({ folder, optuna, ours } = await databases())
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('diapason best', () => {
  it('prints parameters as the objective received them, and nothing else, to standard output', async () => {
    const { json, notes } = await run(['best', '--storage', ours])
    expect(json()).toEqual({
      layers: [{ units: 128 }, { units: 32 }],
      optimizer: { kind: 'none' },
      note: 'a "quoted", odd\nvalue',
    })
    expect(notes).toBe('trial 1: accuracy 0.95\n1 trial failed (33 %), most often with: out of memory, "again"\n')
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
    // Optuna's best_trials (expected.json).
    expect(json()).toHaveLength(2)
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

describe('diapason plot', () => {
  it('writes a chart as SVG, to a file where one is named', async () => {
    const { text } = await run(['plot', 'tpe-hyperband', 'importance', '--storage', optuna])
    expect(text).toMatch(/^<\?xml .*\n<svg /)
    const file = join(folder, 'history.svg')
    expect((await run(['plot', 'digits', 'history', '--storage', ours, '-o', file])).text).toBe(
      `history of digits written to ${file}\n`,
    )
    expect(readFileSync(file, 'utf8')).toContain('accuracy')
  })

  it('says what is wrong', async () => {
    await expect(run(['plot', 'digits', 'pie', '--storage', ours])).rejects.toThrow(/Allowed choices/)
    await expect(run(['plot', 'digits', 'pareto', '--storage', ours])).rejects.toThrow(/nothing to draw/)
    await expect(run(['plot', 'digits', 'slice', '--params', 'x', '--storage', ours])).rejects.toThrow(
      /layers\.0\.units/,
    )
  })
})
