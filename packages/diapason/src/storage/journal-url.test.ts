import { expect, it } from 'vitest'
import { StorageError } from '../errors.ts'
import { journalAddress } from './journal-url.ts'

it.each([
  ['journal:tuning.log', { file: 'tuning.log', lock: 'symlink', graceMs: 30_000 }],
  ['journal:/shared/my study.log', { file: '/shared/my study.log', lock: 'symlink', graceMs: 30_000 }],
  ['journal:///shared/tuning.log', { file: '/shared/tuning.log', lock: 'symlink', graceMs: 30_000 }],
  ['journal:t.log?lock=open&grace=2.5', { file: 't.log', lock: 'open', graceMs: 2500 }],
])('reads %s', (url, address) => {
  expect(journalAddress(url)).toEqual(address)
})

it('locks by a file where symbolic links need a privilege', () => {
  expect(journalAddress('journal:t.log', false).lock).toBe('open')
  expect(journalAddress('journal:t.log?lock=symlink', false).lock).toBe('symlink')
})

it.each([
  'journal:',
  'journal://host/t.log',
  'journal:t.log?lock=flock',
  'journal:t.log?grace=0',
  'journal:t.log?timeout=1',
])('refuses %s', (url) => {
  expect(() => journalAddress(url)).toThrow(StorageError)
})
