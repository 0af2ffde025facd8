import type { Rng } from '../../packages/diapason/src/math/rng.ts'

/** The numbers below `count` in random order: every order is as likely as any other. */
export function shuffled(count: number, rng: Rng): number[] {
  const order = Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = rng.int(i + 1)
    ;[order[i], order[j]] = [order[j] ?? i, order[i] ?? j]
  }
  return order
}
