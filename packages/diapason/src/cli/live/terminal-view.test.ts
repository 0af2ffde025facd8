import { spawnSync } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { completeTrial, DEFAULTS, failedTrial, runningTrial, sampleInfo } from '../fixtures/sample-run.ts'
import { type VirtualTerminal, virtualTerminal } from '../fixtures/virtual-terminal.ts'
import type { ProgressView, RunSummary } from '../progress.ts'
import { terminalView } from './terminal-view.ts'

const FRAME_MS = 120
// A terminal view looks at nothing of the summary.
const SUMMARY = {} as RunSummary
let open: ProgressView | undefined
afterEach(() => open?.stop(SUMMARY))

function start(columns = 80, rows = 24) {
  const terminal = virtualTerminal(columns, rows)
  const stream = Object.assign(new EventEmitter(), terminal, { isTTY: true }) as unknown as NodeJS.WriteStream
  const view = terminalView(stream)
  open = view
  view.start(sampleInfo({ startedAt: Date.now() }))
  return { terminal, stream, view }
}

const shown = (terminal: VirtualTerminal) => terminal.lines().join('\n')

describe('the view at a terminal', () => {
  it('draws at once, then follows events, and is gone at the end', async () => {
    const { terminal, view } = start()
    expect(shown(terminal)).toContain('no complete trial yet')
    view.event({ type: 'trial-start', at: 0, trial: runningTrial(1, 3) })
    view.event({ type: 'trial-end', at: 0, trial: completeTrial(0, 0.9611, DEFAULTS), isBest: true })
    await sleep(FRAME_MS)
    expect(shown(terminal)).toContain('best     accuracy 0.9611  trial 0')
    expect(shown(terminal)).toContain('#1')
    view.stop(SUMMARY)
    expect(terminal.lines()).toEqual([])
    expect(terminal.written.endsWith('\u001b[?25h')).toBe(true)
  })

  it('writes failures above the panel once, where they stay', async () => {
    const { terminal, view } = start()
    view.event({ type: 'trial-end', at: 0, trial: failedTrial(4, 'out of memory'), isBest: false })
    await sleep(2 * FRAME_MS)
    expect(terminal.lines()[0]).toBe('✗ trial 4 failed: out of memory')
    view.event({ type: 'notice', at: 0, level: 'info', text: 'a notice' })
    await sleep(2 * FRAME_MS)
    expect(shown(terminal).match(/out of memory/g)).toHaveLength(1)
    expect(shown(terminal).match(/of 60 trials/g)).toHaveLength(1)
    view.stop(SUMMARY)
    expect(terminal.lines()).toEqual(['✗ trial 4 failed: out of memory'])
  })

  it('says nothing of trials that the end of the run cut short', () => {
    const { terminal, view } = start()
    const trial = { ...failedTrial(4, 'Stopped'), systemAttrs: { 'diapason:stopped': 'the time budget ran out' } }
    view.event({ type: 'trial-end', at: 0, trial, isBest: false })
    view.stop(SUMMARY)
    expect(terminal.lines()).toEqual([])
  })

  it('puts what an objective prints in this process above the panel', async () => {
    const { terminal, stream, view } = start()
    stream.write('epoch 1\nepo')
    stream.write('ch 2\n')
    await sleep(FRAME_MS)
    expect(terminal.lines().slice(0, 3)).toEqual(['epoch 1', 'epoch 2', expect.stringContaining('digits')])
    stream.write('unfinished')
    view.stop(SUMMARY)
    expect(terminal.lines()).toEqual(['epoch 1', 'epoch 2', 'unfinished'])
    stream.write('after\n')
    expect(terminal.lines().at(-1)).toBe('after')
  })

  it('draws ten times a second at most, however many events there are', async () => {
    const { terminal, view } = start()
    const before = terminal.written.length
    for (let number = 1; number <= 500; number++) {
      view.event({ type: 'trial-end', at: 0, trial: completeTrial(number, number), isBest: true })
    }
    expect(terminal.written.length).toBe(before)
    await sleep(350)
    expect(terminal.written.slice(before).split('\u001b[?2026h').length - 1).toBeLessThanOrEqual(4)
  })

  it('draws anew when the window changes', () => {
    const { terminal, stream } = start(100)
    Object.assign(stream, { columns: 50 })
    terminal.columns = 50
    stream.emit('resize')
    expect(terminal.lines().every((line) => line.length <= 50)).toBe(true)
    expect(terminal.lines().some((line) => line.endsWith('…'))).toBe(true)
  })

  it.each([
    ['exit', 3, null],
    ['throw', 1, null],
    ['SIGTERM', null, 'SIGTERM'],
    ['SIGHUP', null, 'SIGHUP'],
  ])('gives the cursor back on %s', (how, status, signal) => {
    const file = fileURLToPath(new URL('../fixtures/ending-view.ts', import.meta.url))
    const ended = spawnSync(process.execPath, ['--conditions=@diapason/source', file, how], { encoding: 'utf8' })
    expect(ended).toMatchObject({ status, signal })
    expect(ended.stdout).toContain('\u001b[?25l')
    expect(ended.stdout.endsWith('\u001b[?25h')).toBe(true)
  })
})
