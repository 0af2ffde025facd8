import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { fillShellText } from './shell-text.ts'
import { fillText, fillWords, type Lookup, placeholdersOf } from './template.ts'

const VALUES: { readonly [name: string]: string | readonly string[] } = {
  lr: '0.01',
  odd: `it's a "$HOME" \\ \`x\` *`,
  'o.sgd.m': '0.9',
  params: ['--lr', '0.01', '--odd', 'a b'],
}
const lookup: Lookup = (name) => VALUES[name]

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: a shell's variables
test('placeholders are names in braces; what the shell or JSON means by braces stays', () => {
  expect(placeholdersOf('{lr} {o.sgd.m} {lr} ${HOME} {{lr}} {"a":{"b":1}} {} {a b} {1}')).toEqual(['lr', 'o.sgd.m'])
  expect(fillText('{lr}-${HOME}-{{lr}}-{"a":{"b":1}}', lookup)).toBe('0.01-${HOME}-{lr}-{"a":{"b":1}}')
})
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: a shell's variables

describe('words', () => {
  test('are filled; one that takes no part goes with its flag; all parameters are several', () => {
    const words = ['a', '--lr={lr}', '--m', '{none}', '-v', '--n={none}', '{params}', 'x{params}']
    expect(fillWords(words, lookup)).toEqual(['a', '--lr=0.01', '-v', ...(VALUES.params ?? []), 'x--lr 0.01 --odd a b'])
  })
})

describe.skipIf(process.platform === 'win32')('text for the shell', () => {
  const words = (text: string) =>
    execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${fillShellText(text, lookup)}`], { encoding: 'utf8' })
      .split('\n')
      .slice(0, -1)

  test('keeps each value one word, bare or in quotes', () => {
    expect(words(`{odd} "<{odd}>" '<{odd}>' x{lr}y`)).toEqual([
      VALUES.odd,
      `<${VALUES.odd}>`,
      `<${VALUES.odd}>`,
      'x0.01y',
    ])
    expect(words('{params}')).toEqual(VALUES.params)
  })

  test('leaves out what takes no part, with its flag', () => {
    expect(words('a --m {none} -v "--n={none}" --lr {lr} && echo {lr}')).toEqual(['a', '-v', '--lr', '0.01', '0.01'])
  })
})
