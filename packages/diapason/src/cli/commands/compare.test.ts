import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OptionError, StudyError } from '../../errors.ts'
import { float } from '../../space/nodes.ts'
import { createStudy } from '../../study/create-study.ts'
import { run } from '../fixtures/stored-studies.ts'

let folder = ''
let storage = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'diapason-compare-'))
  storage = `sqlite:${join(folder, 'two.db')}`
  for (const [name, offset] of [
    ['plain', 1],
    ['better', 0],
  ] as const) {
    await using study = await createStudy({
      name,
      storage,
      goals: { loss: 'minimize' },
      space: { x: float(0, 1) },
      seed: 1,
    })
    await study.optimize(({ x }) => x * 0.5 + offset, { trials: 10 })
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('diapason compare', () => {
  it('says which is better, and shows both', async () => {
    const { lines, text } = await run(['compare', 'plain', 'better', '--storage', storage])
    expect(text).toMatch(/^better is better than plain: with 5 trials drawn from each/)
    expect(lines.at(-1)).toMatch(/^better +10 +\d/)
    expect(lines.every((line) => line.length <= 80)).toBe(true)
  })

  it('writes JSON and a chart', async () => {
    const file = join(folder, 'compare.svg')
    const { json } = await run(['compare', 'plain', 'better', '--json', '-o', file, '--storage', storage])
    expect(json()).toMatchObject({ studies: [{ name: 'plain' }, { name: 'better' }], differences: [{ better: 1 }] })
    expect(readFileSync(file, 'utf8')).toContain('</svg>')
  })

  it('is a part of the report, too, where that is asked for', async () => {
    const asked = ['report', 'plain', '--against', 'better', '--storage', storage]
    expect((await run([...asked, '--format', 'md'])).text).toContain('**better is better than plain: with 5 trials')
    expect((await run(asked)).text).toContain('<h2>Beside better</h2>')
    await expect(run([...asked, '--goal', 'none'])).rejects.toThrow(OptionError)
    await expect(run(['report', 'plain', '--against', 'none', '--storage', storage])).rejects.toThrow(StudyError)
  })

  it('says what is wrong', async () => {
    await expect(run(['compare', 'plain', '--storage', storage])).rejects.toThrow(OptionError)
    await expect(run(['compare', 'plain', 'none', '--storage', storage])).rejects.toThrow(StudyError)
  })
})
