import { describe, expect, it } from 'vitest'
import { float } from '../space/nodes.ts'
import { compileSpace } from '../space/search-space.ts'
import { axesOf } from './axes.ts'
import { embeddingOf } from './embedding.ts'
import { type Landscape, meanLandscape } from './landscape.ts'

const embedding = embeddingOf(axesOf(compileSpace({ x: float(0, 1), y: float(0, 1) })))

/** The logarithm of a bump. */
function bump(cx: number, cy: number, height: number): Landscape {
  const value = (x: number, y: number) => Math.log(height) - 8 * ((x - cx) ** 2 + (y - cy) ** 2)
  return {
    embedding,
    work: 10,
    values(points, lanes, values) {
      for (let lane = 0; lane < lanes; lane++) values[lane] = value(points[2 * lane]!, points[2 * lane + 1]!)
    },
    slopes([x = 0, y = 0], gradient) {
      gradient.set([-16 * (x - cx), -16 * (y - cy)])
      return value(x, y)
    },
  }
}

describe('the mean of landscapes', () => {
  const parts = [bump(0.2, 0.3, 1), bump(0.8, 0.6, 3), bump(0.5, 0.5, 1e-3)]
  const mean = meanLandscape(parts)
  const point = Float64Array.of(0.45, 0.4, 0.1, 0.9)

  it('is the logarithm of the mean, lane by lane', () => {
    const values = new Float64Array(4)
    mean.values(point, 2, values)
    for (const lane of [0, 1]) {
      const each = parts.map((part) => {
        const own = new Float64Array(4)
        part.values(point, 2, own)
        return Math.exp(own[lane]!)
      })
      expect(Math.exp(values[lane]!)).toBeCloseTo(each.reduce((sum, value) => sum + value, 0) / 3, 12)
    }
    expect(mean.work).toBe(30)
  })

  it('has the slopes of that', () => {
    const gradient = new Float64Array(2)
    const at = (x: number, y: number) => mean.slopes(Float64Array.of(x, y), new Float64Array(2))
    const value = mean.slopes(point.subarray(0, 2), gradient)
    expect(value).toBe(at(0.45, 0.4))
    const h = 1e-6
    expect(gradient[0]).toBeCloseTo((at(0.45 + h, 0.4) - at(0.45 - h, 0.4)) / (2 * h), 6)
    expect(gradient[1]).toBeCloseTo((at(0.45, 0.4 + h) - at(0.45, 0.4 - h)) / (2 * h), 6)
  })

  it('is finite wherever one part is, and one part alone is itself', () => {
    const hopeless: Landscape = { ...parts[0]!, values: (_, lanes, out) => void out.fill(-Infinity, 0, lanes) }
    const values = new Float64Array(4)
    meanLandscape([hopeless, parts[1]!]).values(point, 1, values)
    expect(Number.isFinite(values[0])).toBe(true)
    meanLandscape([hopeless, hopeless]).values(point, 1, values)
    expect(values[0]).toBe(Number.NEGATIVE_INFINITY)
    expect(meanLandscape([parts[0]!])).toBe(parts[0])
  })
})
