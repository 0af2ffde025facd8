import { describe, expect, it } from 'vitest'
import { growthPlot } from './growth-plot.ts'

describe('the plot of growth', () => {
  const svg = growthPlot([
    {
      label: 'first',
      points: [
        [100, 1],
        [1000, 10],
        [10_000, 100],
      ],
    },
    {
      label: 'second',
      points: [
        [100, 2],
        [10_000, 90],
      ],
    },
  ])

  it('spans whole decades on both axes', () => {
    for (const tick of ['>100<', '>1,000<', '>10,000<', '>1<', '>10<']) expect(svg).toContain(tick)
    expect(svg).not.toContain('>100,000<')
    // Equal factors are equal steps.
    expect(svg).toContain('M60.0 336.0L275.0 186.0L490.0 36.0')
  })

  it('keeps names apart', () => {
    const places = [...svg.matchAll(/<text x="500" y="([\d.]+)"/g)].map(([, y]) => Number(y))
    expect(Math.abs(places[0]! - places[1]!)).toBeGreaterThanOrEqual(15)
  })
})
