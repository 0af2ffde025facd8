import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTrialFiles } from './trial-files.ts'

let folder = ''
let storage = ''
const inTrial = (number: number, ...path: string[]) => join(folder, 'tune.trials', 'a_study', String(number), ...path)
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'diapason-files-'))
  storage = `sqlite:${join(folder, 'tune.db')}`
  for (const number of [0, 1, 2]) mkdirSync(inTrial(number, 'checkpoint'), { recursive: true })
  writeFileSync(join(folder, 'secret.txt'), 'secret')
})
afterAll(() => rmSync(folder, { recursive: true }))
const read = (number: number) => readTrialFiles(storage, 'a study', number)

describe('readTrialFiles', () => {
  it('reads a log as a terminal would leave it, and names the other files', async () => {
    writeFileSync(inTrial(0, 'log.txt'), 'a\u001b[31mred\u001b[0m\r\n10 %\r50 %\r100 %\nend\u0000\u202e<b>\n')
    writeFileSync(inTrial(0, 'params.json'), '{}')
    writeFileSync(inTrial(0, 'checkpoint', 'weights.bin'), 'xyz')
    expect(await read(0)).toMatchObject({
      log: { text: 'ared\n100 %\nend<b>\n', isCut: false },
      files: [{ path: 'checkpoint/weights.bin', bytes: 3 }],
    })
  })

  it('reads the end of a long log alone', async () => {
    writeFileSync(inTrial(1, 'log.txt'), `${'x'.repeat(10_000_000)}last line\n`)
    const log = (await read(1))?.log
    expect(log).toMatchObject({ bytes: 10_000_010, isCut: true })
    expect(log?.text).toHaveLength(64 * 1024)
    expect(log?.text.endsWith('last line\n')).toBe(true)
  })

  it('follows no link out of the folder of the trial', async () => {
    symlinkSync(join(folder, 'secret.txt'), inTrial(2, 'log.txt'))
    symlinkSync(folder, inTrial(2, 'elsewhere'))
    symlinkSync(join(folder, 'secret.txt'), inTrial(2, 'secret.txt'))
    expect(await read(2)).toMatchObject({ log: null, files: [] })
    symlinkSync(folder, inTrial(3))
    expect(await read(3)).toBeUndefined()
    expect(await read(4)).toBeUndefined()
    expect(await readTrialFiles(storage, '../../etc', 0)).toBeUndefined()
  })
})
