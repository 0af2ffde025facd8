import { describe, expect, it } from 'vitest'
import { virtualTerminal } from '../fixtures/virtual-terminal.ts'
import { openScreen } from './screen.ts'

describe('a screen', () => {
  it('draws in place, however many lines there are', () => {
    const terminal = virtualTerminal(40, 10)
    terminal.write('$ diapason run\n')
    const screen = openScreen(terminal)
    screen.draw(['one', 'two', 'three'])
    screen.draw(['uno', 'a longer line than before'])
    expect(terminal.lines()).toEqual(['$ diapason run', 'uno', 'a longer line than before'])
    screen.draw(['1', '2', '3', '4'])
    expect(terminal.lines()).toEqual(['$ diapason run', '1', '2', '3', '4'])
  })

  it('keeps what goes above it, once', () => {
    const terminal = virtualTerminal(40, 10)
    const screen = openScreen(terminal)
    screen.draw(['panel'])
    screen.draw(['panel'], ['trial 3 failed'])
    screen.draw(['panel, later'])
    expect(terminal.lines()).toEqual(['trial 3 failed', 'panel, later'])
  })

  it('writes nothing where nothing has changed', () => {
    const terminal = virtualTerminal(40, 10)
    const screen = openScreen(terminal)
    screen.draw(['same'])
    const before = terminal.written
    screen.draw(['same'])
    expect(terminal.written).toBe(before)
    screen.invalidate()
    screen.draw(['same'])
    expect(terminal.written).not.toBe(before)
    expect(terminal.lines()).toEqual(['same'])
  })

  it('hides the cursor while it is open, and leaves nothing behind', () => {
    const terminal = virtualTerminal(40, 10)
    terminal.write('before\n')
    const screen = openScreen(terminal)
    expect(terminal.isCursorShown).toBe(true)
    screen.draw(['one', 'two'])
    expect(terminal.isCursorShown).toBe(false)
    screen.close()
    screen.close()
    expect(terminal.isCursorShown).toBe(true)
    expect(terminal.lines()).toEqual(['before'])
  })

  it('finds its way when the terminal has become narrower and has wrapped its lines', () => {
    const terminal = virtualTerminal(20, 12)
    terminal.write('before\n')
    const screen = openScreen(terminal)
    screen.draw(['x'.repeat(20), 'short'])
    // What a terminal that reflows does: the long line now takes two rows.
    const narrow = virtualTerminal(10, 12)
    for (const line of terminal.lines()) narrow.write(`${line}\n`)
    Object.assign(terminal, { columns: 10, write: narrow.write })
    screen.draw(['y'.repeat(10), 'short'])
    expect(narrow.lines()).toEqual(['before', 'y'.repeat(10), 'short'])
  })

  it('shows a frame as a whole on terminals that can', () => {
    const terminal = virtualTerminal(40, 10)
    openScreen(terminal).draw(['one', 'two'])
    expect(terminal.written.startsWith('\u001b[?2026h')).toBe(true)
    expect(terminal.written.endsWith('\u001b[?2026l')).toBe(true)
  })
})
