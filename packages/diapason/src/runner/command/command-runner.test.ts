import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { StorageError } from '../../errors.ts'
import { parseOutcomeLimit } from '../../expressions/outcome-limit.ts'
import { thresholdPruner } from '../../pruners/threshold.ts'
import { float } from '../../space/nodes.ts'
import { memoryStorage } from '../../storage/memory.ts'
import type { Storage } from '../../storage/storage.ts'
import { createStudy } from '../../study/create-study.ts'
import type { OptimizeOptions } from '../../study/run-limits.ts'
import type { OutputLine } from '../runner.ts'
import { openCommandRunner } from './command-runner.ts'
import type { CommandLimits, CommandSpec } from './command-spec.ts'

const folder = mkdtempSync(join(tmpdir(), 'diapason-command-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const LIMITS: CommandLimits = { memoryMb: undefined, graceMs: 300, logBytes: 2 ** 20 }

function specOf(script: string, more: Partial<CommandSpec> = {}): CommandSpec {
  return {
    command: ['sh', '-c', script, 'train.sh', '{x}'],
    cwd: folder,
    env: {},
    paths: ['x'],
    goals: { loss: 'minimize' },
    constraints: [],
    fidelity: undefined,
    results: { patterns: {}, names: {}, take: 'last' },
    limits: LIMITS,
    gpus: undefined,
    ...more,
  }
}

let runs = 0

/** Runs one trial (or more) of a script to its end. */
async function runScript(
  script: string,
  more: Partial<CommandSpec> = {},
  options: OptimizeOptions = {},
  { goal = 'loss', report }: { readonly goal?: string; readonly report?: Storage['report'] } = {},
) {
  const lines: OutputLine[] = []
  const files = join(folder, `study-${runs++}`)
  const runner = openCommandRunner({
    spec: specOf(script, more),
    jobs: options.concurrency ?? 1,
    study: 'study',
    folder: files,
    onOutput: (line) => lines.push(line),
    firstAttempt: (number) => number,
  })
  const space = { x: float(0, 1, { default: 0.25 }) }
  const storage = { ...memoryStorage(), ...(report === undefined ? {} : { report }) }
  const pruner = thresholdPruner({ upper: 10 })
  const study = await createStudy({ goals: { [goal]: 'minimize' as const }, space, pruner, storage })
  const startedAt = Date.now()
  try {
    await study.optimize(runner.run as never, { trials: 1, abortGraceMs: 3000, ...options })
  } finally {
    await runner.close()
  }
  const [trial] = study.trials
  if (trial === undefined) throw new Error('no trial was run')
  const read = (file: string) => readFileSync(join(files, '0', file), 'utf8')
  return { study, trial, lines, files, read, took: Date.now() - startedAt }
}

const reasonOf = async (script: string, more?: Partial<CommandSpec>, options?: OptimizeOptions) => {
  const { trial } = await runScript(script, more, options)
  return trial.state === 'failed' ? trial.reason : `it is ${trial.state}`
}

/** Is there such a process, and has it not merely not been collected yet? */
function isRunning(pid: string): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid.trim()}/stat`, 'utf8'))
  } catch {
    return false
  }
}

describe('results', () => {
  test.each([
    ['echo loss=0.5', 0.5],
    ['echo "Loss: 1e-3"; echo "LOSS 0.25"', 0.25],
    ['echo "{\\"loss\\": 2, \\"epoch\\": 3}" >&2', 2],
    ['echo loss=3 >&$DIAPASON_FD', 3],
    ['echo loss=4 >> "$DIAPASON_RESULTS_FILE"', 4],
    ['echo loss=5; printf loss=6', 6],
    ['echo loss=-inf', Number.NEGATIVE_INFINITY],
    ['printf "\\377\\376 loss=0.5\\r\\n\\200\\n"', 0.5],
    ['rm "$DIAPASON_RESULTS_FILE"; mkdir "$DIAPASON_RESULTS_FILE"; sleep 0.5; echo loss=7', 7],
    ['rm "$DIAPASON_RESULTS_FILE"; mkfifo "$DIAPASON_RESULTS_FILE"; sleep 0.5; echo loss=8', 8],
    ['rm -r "$DIAPASON_TRIAL_DIR"; sleep 0.5; echo loss=9', 9],
  ])('%s', async (script, value) => {
    const { trial } = await runScript(script)
    expect(trial).toMatchObject({ state: 'complete', values: [value] })
  })

  test('a value may be the best one seen', async () => {
    const results = { patterns: {}, names: {}, take: 'best' as const }
    const { trial } = await runScript('for l in 3 1 2; do echo "epoch $l loss=$l"; done', { results })
    expect(trial).toMatchObject({
      values: [1],
      reports: [
        [1, 1],
        [2, 2],
        [3, 3],
      ],
    })
  })

  test('constraints on what it prints are told as the trial ends', async () => {
    const constraints = [parseOutcomeLimit('peak / 1e3 <= 2', 'memory'), parseOutcomeLimit('trial.seconds <= 60')]
    const { trial } = await runScript('echo peak=9000; echo loss=1; echo peak=5000', { constraints })
    expect(trial).toMatchObject({ state: 'complete', values: [1], systemAttrs: { 'constraints:memory': 3 } })
    const seconds = Number(trial.systemAttrs['constraints:trial.seconds']) + 60
    expect(seconds).toBeGreaterThan(0)
    expect(seconds).toBeLessThan(20)
  })

  test('what a constraint needs and was not printed fails the trial, in words', async () => {
    const constraints = [parseOutcomeLimit('peak <= 2')]
    expect(await reasonOf('echo loss=1', { constraints })).toContain('ended without a value of peak: its last line is')
    expect(await reasonOf('echo loss=1 peak=nan', { constraints })).toContain('gave peak = NaN')
    const ratio = [parseOutcomeLimit('peak / size <= 2')]
    const reason = await reasonOf('echo loss=1 peak=0 size=0', { constraints: ratio })
    expect(reason).toContain('peak / size <= 2 cannot be decided for what train.sh gave')
  })

  test('how long it took may be the goal', async () => {
    const { trial } = await runScript(
      'sleep 0.3',
      { goals: { 'trial.seconds': 'minimize' } },
      {},
      { goal: 'trial.seconds' },
    )
    const [seconds = 0] = trial.state === 'complete' ? trial.values : []
    expect(seconds).toBeGreaterThan(0.3)
    expect(seconds).toBeLessThan(20)
  })

  test('a flood of reports is heard to its last line after the program has gone', async () => {
    const { trial } = await runScript(
      'i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo "step $i loss=$i.5"; done',
      {},
      {},
    )
    expect(trial.state).toBe('pruned') // the threshold is 10
    const calm = await runScript('i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo "step $i loss=0.$i"; done')
    expect(calm.trial).toMatchObject({ state: 'complete', values: [0.3] })
    expect(calm.trial.reports).toHaveLength(3000)
  })
})

describe('a program that fails fails its trial alone, with one clear reason', () => {
  test.each([
    ['exit 3', 'sh ended with exit code 3; it printed nothing'],
    [
      'echo "Traceback"; echo "ValueError: no such file" >&2; exit 1',
      'sh ended with exit code 1: ValueError: no such file',
    ],
    ['nonsuch', 'sh: the shell found no such program (exit code 127)'],
    ['kill -SEGV $$', 'sh was ended by SIGSEGV, a crash in native code; it printed nothing'],
    ['sh -c "kill -ABRT \\$\\$"; exit $?', 'sh was ended by SIGABRT, it gave up by itself'],
    ['kill -KILL $$', 'sh was killed by somebody else (SIGKILL)'],
    [
      'echo "torch.OutOfMemoryError: CUDA out of memory. Tried" >&2; exit 1',
      "sh ran out of the GPU's memory (exit code 1)",
    ],
    ['echo MemoryError >&2; exit 1', 'sh ran out of memory (exit code 1): MemoryError'],
    ['true', 'sh ended without a value of loss: it printed nothing. Print a line such as loss=0.5, or name a pattern'],
    ['head -c 3000 /dev/urandom', 'sh ended without a value of loss: its last line is "'],
    ['echo "loss: high"', 'sh ended without a value of loss: its last line is "loss: high"'],
    ['echo loss=nan', 'sh gave loss = NaN'],
  ])('%s', async (script, reason) => {
    expect(await reasonOf(script)).toContain(reason)
  })

  test('one that cannot be started', async () => {
    expect(await reasonOf('', { command: ['no-such-program', '{x}'] })).toMatch(/there is no program no-such-program/)
    expect(await reasonOf('', { command: [folder] })).toMatch(/may not be executed; try chmod \+x/)
  })

  test('one that takes more memory than it may, together with what it starts', async () => {
    const hoard = `${process.execPath} -e 'const all = []; setInterval(() => all.push(Buffer.alloc(2e7, 1)), 5)'`
    const limits = { ...LIMITS, memoryMb: 300 }
    expect(await reasonOf(`${hoard} & wait`, { limits })).toMatch(
      /^train.sh held \d{3,} MB of memory and may hold 300 MB/,
    )
  })

  test('the study goes on', async () => {
    const { study } = await runScript('[ $1 = 0.25 ] && exit 1; echo loss=$1', {}, { trials: 4 })
    expect(study.trials.map(({ state }) => state)).toEqual(['failed', 'complete', 'complete', 'complete'])
  })
})

describe.skipIf(process.platform !== 'linux')('nothing is left running (looked up in /proc)', () => {
  test('of one that hangs: SIGTERM when its time is up', async () => {
    const script = 'echo $$ > pid; trap "echo told; exit 0" TERM; while :; do sleep 0.05; done'
    const { trial, files, read, took } = await runScript(
      `cd "$DIAPASON_TRIAL_DIR"; ${script}`,
      {},
      { trialTimeout: 700 },
    )
    expect(trial).toMatchObject({ state: 'failed', reason: expect.stringMatching(/^Timed out after 700 ms/) })
    expect(read('log.txt')).toMatch(/told\n$/)
    expect(isRunning(readFileSync(join(files, '0/pid'), 'utf8'))).toBe(false)
    expect(took).toBeLessThan(3000)
  })

  test('of one that closes its output and hangs', async () => {
    const script = 'cd "$DIAPASON_TRIAL_DIR"; echo $$ > pid; exec >&- 2>&- 3>&-; sleep 60'
    const { trial, files } = await runScript(script, {}, { trialTimeout: 500 })
    expect(trial).toMatchObject({ state: 'failed', reason: expect.stringMatching(/^Timed out after 500 ms/) })
    expect(isRunning(readFileSync(join(files, '0/pid'), 'utf8'))).toBe(false)
  })

  test('of one whose reports cannot be stored: it would wait for ever for somebody to read on', async () => {
    const line = 'epoch 1 loss=1; head -c 100000 /dev/zero | tr "\\0" x'
    const report = () => Promise.reject(new StorageError('The disk is full', 'Free some space'))
    const startedAt = Date.now()
    await expect(runScript(`while :; do echo ${line}; done`, {}, {}, { report })).rejects.toThrow(/^The disk is full/)
    expect(Date.now() - startedAt).toBeLessThan(5000)
  })

  test('of one that ignores SIGTERM: SIGKILL after the grace', async () => {
    const script =
      'cd "$DIAPASON_TRIAL_DIR"; trap "" TERM; echo $$ > pid; sleep 60 & echo $! > child; while :; do sleep 1; done'
    const { trial, files } = await runScript(script, {}, { trialTimeout: 500 })
    expect(trial.state).toBe('failed')
    expect(['pid', 'child'].map((file) => isRunning(readFileSync(join(files, '0', file), 'utf8')))).toEqual([
      false,
      false,
    ])
  })

  test('of one that forks and ends, holding its output open', async () => {
    const script = 'cd "$DIAPASON_TRIAL_DIR"; sleep 60 & echo $! > child; echo loss=1'
    const { trial, files, took } = await runScript(script)
    expect(trial).toMatchObject({ state: 'complete', values: [1] })
    expect(isRunning(readFileSync(join(files, '0/child'), 'utf8'))).toBe(false)
    expect(took).toBeLessThan(3000)
  })

  test('of one that makes a daemon, in a session of its own', async () => {
    const script =
      'cd "$DIAPASON_TRIAL_DIR"; setsid sh -c "echo \\$\\$ > child; exec sleep 60" & while [ ! -s child ]; do :; done; echo loss=1'
    const { trial, files } = await runScript(script)
    expect(trial.state).toBe('complete')
    expect(isRunning(readFileSync(join(files, '0/child'), 'utf8'))).toBe(false)
  })

  test('of one that is pruned: it may use its grace, and what it still says counts no more', async () => {
    const script = `cd "$DIAPASON_TRIAL_DIR"; trap 'echo saved > saved; echo loss=1; exit 0' TERM
      echo "epoch 1 loss=99"; while :; do sleep 0.05; done`
    const { trial, files } = await runScript(script)
    expect(trial).toMatchObject({ state: 'pruned', values: [99] })
    expect(existsSync(join(files, '0/saved'))).toBe(true)
  })
})

describe('a program that never stops printing', () => {
  test('fills neither the disk nor the screen, and its result counts', async () => {
    const script = 'echo first; yes "0123456789abcdef" | head -c 30000000; echo; echo loss=7'
    const { trial, files, lines } = await runScript(script)
    expect(trial).toMatchObject({ state: 'complete', values: [7] })
    const log = join(files, '0/log.txt')
    expect(statSync(log).size).toBeLessThan(2 ** 20 + 100)
    const text = readFileSync(log, 'utf8')
    expect(text).toMatch(/^first\n0123456789abcdef\n/)
    expect(text).toMatch(/\n… 28,95\d,\d{3} bytes left out …\n/)
    expect(text.endsWith('loss=7\n')).toBe(true)
    expect(lines.length).toBeLessThan(1000)
    expect(lines.at(-1)?.line).toMatch(/^… [\d]+ lines more, in its log$/)
  })

  test('not even without ever ending a line', async () => {
    const { trial } = await runScript('yes | tr -d "\\n" | head -c 30000000; echo; echo loss=8')
    expect(trial).toMatchObject({ state: 'complete', values: [8] })
  })
})

test('each running trial has a GPU, or a share of one, to itself', async () => {
  const script = 'echo "gpu $CUDA_VISIBLE_DEVICES"; sleep 0.3; echo loss=1'
  const gpusOf = async (perTrial: number, jobs: number) => {
    const gpus = { devices: ['0', '1', '2', '3'], perTrial }
    const { lines } = await runScript(script, { gpus }, { trials: jobs, concurrency: jobs })
    return lines.flatMap(({ line }) => (line.startsWith('gpu') ? [line.slice(4)] : [])).sort()
  }
  expect(await gpusOf(1, 4)).toEqual(['0', '1', '2', '3'])
  expect(await gpusOf(2, 2)).toEqual(['0,1', '2,3'])
  expect(await gpusOf(0.5, 8)).toEqual(['0', '0', '1', '1', '2', '2', '3', '3'])
})
