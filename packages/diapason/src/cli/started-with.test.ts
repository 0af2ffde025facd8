import { expect, test } from 'vitest'
import { startedWith, withFlags } from './started-with.ts'

test('the command is given back without what a resuming one replaces, ready for a shell', () => {
  const args = ['run', 'my study.ts', '--trials', '10', '--resume', '--seed=3', '--jobs', '2', "--study=it's"]
  expect(startedWith(args, {})).toBe("diapason run 'my study.ts' --jobs 2 '--study=it'\\''s'")
})

test('it starts as the person started it', () => {
  expect(startedWith(['demo'], { npm_command: 'exec' })).toBe('npx diapason demo')
  expect(startedWith(['demo'], { npm_lifecycle_event: 'diapason', npm_command: 'run' })).toMatch(/^npm run .*-- demo$/)
})

test('a password in a URL is not shown', () => {
  const masked = "'postgresql://me:***@db/x'"
  expect(startedWith(['run', 'a.ts', '--storage', 'postgresql://me:s3cret@db/x'], {})).toBe(
    `diapason run a.ts --storage ${masked}`,
  )
  expect(startedWith(['run', 'a.ts', '--storage=postgresql://me:s3cret@db/x'], {})).toBe(
    `diapason run a.ts '--storage=postgresql://me:***@db/x'`,
  )
})

test("the words of somebody else's command stay as they are, and flags go before them", () => {
  const args = ['run', '--param', 'lr=0..1', '--seed', '1', '--', 'python', 'train.py', '--seed', '3']
  const command = startedWith(args, {})
  expect(command).toBe('diapason run --param lr=0..1 -- python train.py --seed 3')
  expect(withFlags(command, '--resume')).toBe('diapason run --param lr=0..1 --resume -- python train.py --seed 3')
  expect(withFlags('diapason run tune.ts', '--resume')).toBe('diapason run tune.ts --resume')
})
