import fc from 'fast-check'
import { expect, it, describe as suite } from 'vitest'
import { describe } from './describe.ts'
import { branch, choice, float, int, repeat } from './nodes.ts'
import { compileSpace } from './search-space.ts'
import { spaces } from './space-arbitraries.ts'

suite('describe', () => {
  const entries = {
    layers: repeat(1, 2, { units: int(16, 512, { log: true, default: 64 }), rate: float(0, 0.5, { step: 0.1 }) }),
    act: choice(['relu', 'tanh']),
    optimizer: branch('kind', { adam: {}, sgd: { momentum: float(0, 0.99, { default: 0.9 }) } }, { default: 'sgd' }),
  }

  it('says in words what each parameter may be', () => {
    expect(describe(entries).words.split('\n')).toEqual([
      'layers: 1 to 2 times (units: an integer from 16 to 512 on a log scale, usually 64; rate: a number from 0 to 0.5 in steps of 0.1)',
      'act: one of relu, tanh, usually relu',
      'optimizer: one of adam, sgd (momentum: a number from 0 to 0.99, usually 0.9), usually sgd',
      '8 parameters, 3 of them always active; infinitely many configurations',
    ])
  })

  it('shows the flat parameters as a table', () => {
    expect(describe(entries).table.split('\n')).toEqual([
      'parameter               values             scale   default  when',
      'layers                  [1, 2]             linear  –        always',
      'layers.0.units          [16, 512]          log     64       layers ≥ 1',
      'layers.0.rate           [0, 0.5] step 0.1  linear  –        layers ≥ 1',
      'layers.1.units          [16, 512]          log     64       layers ≥ 2',
      'layers.1.rate           [0, 0.5] step 0.1  linear  –        layers ≥ 2',
      'act                     {"relu", "tanh"}   choice  –        always',
      'optimizer               {"adam", "sgd"}    choice  sgd      always',
      'optimizer.sgd.momentum  [0, 0.99]          linear  0.9      optimizer is sgd',
    ])
  })

  it('counts in the singular, in thousands and beyond', () => {
    const size = (space: Parameters<typeof describe>[0]) => describe(space).words.split('\n').at(-1)
    expect(size({ x: int(1, 1) })).toBe('1 parameter; 1 configuration')
    expect(size({ x: int(1, 1234) })).toBe('1 parameter; 1,234 configurations')
    expect(size({ x: repeat(1, 300, { y: choice([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) }) })).toMatch(/; 1.11e\+300 conf/)
    expect(size({ x: repeat(1, 400, { y: choice([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) }) })).toMatch(
      /; more than 10\^308 conf/,
    )
  })

  it('tells options apart that look alike, and a default of null from none', () => {
    const odd = choice([null, 1, '1', 'true', true, '', Number.NaN, 'a b', 'élu'], { default: null })
    const [words] = describe({ odd }).words.split('\n')
    expect(words).toBe('odd: one of null, 1, "1", "true", true, "", NaN, "a b", élu, usually null')
    expect(describe({ odd }).table).toMatch(/choice {2}null/)
  })

  it('has a line for every parameter of every space', () => {
    fc.assert(
      fc.property(spaces, (space) => {
        const { table } = describe(space)
        for (const { name } of compileSpace(space).parameters) expect(table).toContain(name)
      }),
    )
  })

  it('refuses a wrong space', () => {
    expect(() => describe({ x: float(1, 0) })).toThrow(/"x"/)
  })
})
