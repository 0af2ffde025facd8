import { describe, expect, it } from 'vitest'
import { inBatches } from './batches.ts'

/** A sender that answers when told to; an item that is negative fails its whole batch. */
function gate() {
  const sent: { readonly items: readonly number[]; answer(): void }[] = []
  const send = (items: readonly number[]) =>
    new Promise<readonly number[]>((resolve, reject) => {
      const answer = () =>
        items.some((item) => item < 0) ? reject(new Error('refused')) : resolve(items.map((item) => 10 * item))
      sent.push({ items, answer })
    })
  return { sent, send }
}
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('batches', () => {
  it('send the first item at once and what comes meanwhile together, in order', async () => {
    const { sent, send } = gate()
    const add = inBatches(send)
    const first = add(1)
    const later = [add(2), add(3)]
    expect(sent.map(({ items }) => items)).toEqual([[1]])
    sent[0]?.answer()
    expect(await first).toBe(10)
    await turn()
    expect(sent.map(({ items }) => items)).toEqual([[1], [2, 3]])
    sent[1]?.answer()
    expect(await Promise.all(later)).toEqual([20, 30])
  })

  it('acknowledge nothing before it was answered', async () => {
    const { sent, send } = gate()
    const add = inBatches(send)
    let acknowledged = 0
    const all = [1, 2, 3].map((item) => add(item).then(() => acknowledged++))
    sent[0]?.answer()
    await turn()
    expect(acknowledged).toBe(1)
    sent[1]?.answer()
    await Promise.all(all)
    expect(acknowledged).toBe(3)
  })

  it('refuse one item without the others', async () => {
    const { sent, send } = gate()
    const add = inBatches(send)
    const first = add(1)
    const rest = Promise.allSettled([add(2), add(-3), add(4)])
    for (let i = 0; i < 5; i++) {
      sent[i]?.answer()
      await turn()
    }
    await first
    expect(sent.slice(1).map(({ items }) => items)).toEqual([[2, -3, 4], [2], [-3], [4]])
    expect((await rest).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })
})
