import { join } from 'node:path'
import { expect, test } from 'vitest'
import { branch, float } from '../../../packages/diapason/src/space/nodes.ts'
import { type Bridge, openBridge } from './bridge.ts'

const FAKE = join(import.meta.dirname, '../fixtures/fake-peer.mjs')
const space = { x: float(0, 4), kind: branch('of', { a: {}, b: { y: float(0, 1) } }) }
const request = { space, seed: 0, evaluations: 3 }

async function withPeer(algorithm: string, use: (peer: Bridge) => Promise<void>, timeoutMs?: number): Promise<void> {
  const bridge = await openBridge([process.execPath, FAKE, algorithm], timeoutMs)
  try {
    await use(bridge)
  } finally {
    bridge.close()
  }
}

test('a peer greets, proposes and is told; parameters of inactive branches are dropped', () =>
  withPeer('middle', async (bridge) => {
    expect(bridge.versions).toEqual({ fake: '1.0' })
    const searcher = await bridge.start('middle', request)
    expect(await searcher.ask()).toEqual({ params: { x: 2, kind: 'a' }, milliseconds: 1 })
    expect(await searcher.tell(0.5)).toBe(0)
    expect(await searcher.tell(Number.NaN)).toBe(1000)
  }))

test('a peer may stop a training', () =>
  withPeer('middle', async (bridge) => {
    const searcher = await bridge.start('middle', { ...request, epochs: 9 })
    await searcher.ask()
    expect([await searcher.report(1, 0.3), await searcher.report(2, 0.3)]).toEqual([false, true])
  }))

test('one process serves one search after another', () =>
  withPeer('middle', async (bridge) => {
    await (await bridge.start('middle', request)).ask()
    const second = await bridge.start('middle', request)
    expect((await second.ask()).milliseconds).toBe(1)
  }))

test('what a peer raises ends the search, not the race', () =>
  withPeer('raises', async (bridge) => {
    const searcher = await bridge.start('raises', request)
    await expect(searcher.ask()).rejects.toThrow('ValueError: no idea')
    expect(bridge.isOpen()).toBe(true)
  }))

test('a proposal outside the space is refused', () =>
  withPeer('outside', async (bridge) => {
    const searcher = await bridge.start('outside', request)
    await expect(searcher.ask()).rejects.toThrow('proposed 99 for x, which it cannot take')
  }))

test('a peer that dies is noticed', () =>
  withPeer('dies', async (bridge) => {
    const searcher = await bridge.start('dies', request)
    await expect(searcher.ask()).rejects.toThrow('ended (3)')
    expect(bridge.isOpen()).toBe(false)
  }))

test('a peer that is silent for too long is ended', () =>
  withPeer(
    'silent',
    async (bridge) => {
      const searcher = await bridge.start('silent', request)
      await expect(searcher.ask()).rejects.toThrow('gave no reply for 0.3 s')
    },
    300,
  ))

test('a peer that does not start says why', async () => {
  await expect(openBridge([process.execPath, FAKE, 'dies at once'])).rejects.toThrow('no module named optimiser')
})
