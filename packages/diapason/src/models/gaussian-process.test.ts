import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRng } from '../math/rng.ts'
import { branch, choice, type Entries, float } from '../space/nodes.ts'
import { compileSpace } from '../space/search-space.ts'
import { axesOf } from './axes.ts'
import { type Embedding, embeddingOf } from './embedding.ts'
import golden from './fixtures/gp.json' with { type: 'json' }
import { GaussianProcess } from './gaussian-process.ts'
import { createEvidence, type GpData } from './gp-evidence.ts'
import { fitHyperparameters, priorMode } from './gp-fit.ts'

const numbers = (count: number): Entries =>
  Object.fromEntries(Array.from({ length: count }, (_, j) => [`x${j}`, float(0, 1)]))
const embeddingFor = (entries: Entries) => embeddingOf(axesOf(compileSpace(entries)))

const mixed: Entries = {
  activation: choice(['relu', 'tanh', 'elu']),
  rate: float(0, 1),
  optimizer: branch('kind', { sgd: { momentum: float(0, 1) }, adam: { eps: float(0, 1) } }),
}

function dataOf(embedding: Embedding, points: readonly Float64Array[], y: Float64Array, meanVariance = 1): GpData {
  const features = new Float64Array(embedding.count * points.length)
  for (const [i, point] of points.entries()) embedding.embed(point, features, i, points.length)
  return { embedding, stride: points.length, features, y, extraNoise: new Float64Array(points.length), meanVariance }
}

function randomPoints(embedding: Embedding, count: number, seed: number): Float64Array[] {
  const rng = createRng(seed)
  return Array.from({ length: count }, () => {
    const u = Float64Array.from({ length: embedding.axes.count }, () => rng.next())
    embedding.axes.settle(u)
    return u
  })
}

/** A process in the mixed space, on 20 points. */
function mixedProcess(seed = 1, room = 0) {
  const embedding = embeddingFor(mixed)
  const points = randomPoints(embedding, 20, seed)
  const y = Float64Array.from(points, (u) => Math.sin(5 * (u[1] ?? 0)) + (u[0] ?? 0))
  const hyper = new Float64Array(embedding.axes.count + 2).fill(Math.log(0.5))
  hyper[embedding.axes.count] = Math.log(0.01)
  return { embedding, points, gp: new GaussianProcess(dataOf(embedding, points, y), hyper, room) }
}

function predictOne(gp: GaussianProcess, settled: Float64Array): { mean: number; variance: number } {
  const feature = new Float64Array(gp.embedding.count)
  gp.embedding.embed(settled, feature)
  const [means, variances] = [new Float64Array(4), new Float64Array(4)]
  gp.predictFour(feature, 1, means, variances)
  return { mean: means[0]!, variance: variances[0]! }
}

// Expected: scikit-learn 1.9.1 GaussianProcessRegressor (fixtures/gp.json, made by math/fixtures/make_fixtures.py).
describe.each(golden.cases.map((c) => [`${c.x.length} points in ${c.x[0]?.length} dimensions`, c] as const))(
  'a Gaussian process on %s',
  (_, c) => {
    const dimensions = c.lengthScales.length
    const embedding = embeddingFor(numbers(dimensions))
    const data = dataOf(
      embedding,
      c.x.map((row) => Float64Array.from(row)),
      Float64Array.from(c.y),
      0,
    )
    const hyper = Float64Array.from([...c.lengthScales, c.noise, c.amplitude], Math.log)

    it('predicts as scikit-learn does', () => {
      const gp = new GaussianProcess(data, hyper, 0)
      for (const [i, x] of c.xStar.entries()) {
        const { mean, variance } = predictOne(gp, Float64Array.from(x))
        expect(mean).toBeCloseTo(c.mean[i] ?? Number.NaN, 9)
        expect(variance).toBeCloseTo(c.variance[i] ?? Number.NaN, 9)
      }
    })

    it('has the evidence and the gradient that scikit-learn finds', () => {
      const gradient = new Float64Array(dimensions + 2)
      const evidence = createEvidence(data)(hyper, gradient)
      expect(evidence).toBeCloseTo(c.logMarginalLikelihood, 8)
      const { values } = c.gradientOfLogParameters
      // scikit-learn's order is amplitude, length scales, noise.
      const inOrder = [...values.slice(1), values[0]]
      for (const [j, value] of inOrder.entries()) expect(gradient[j]).toBeCloseTo(value ?? Number.NaN, 7)
    })
  },
)

describe('the gradients', () => {
  it('of the evidence are its slopes, with choices and branches and a mean to learn', () => {
    const embedding = embeddingFor(mixed)
    const axes = embedding.axes.count
    const points = randomPoints(embedding, 15, 3)
    const evidence = createEvidence(
      dataOf(
        embedding,
        points,
        Float64Array.from(points, (u, i) => Math.sin(i) + (u[1] ?? 0)),
      ),
    )
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -2, max: 1, noNaN: true }), { minLength: axes + 2, maxLength: axes + 2 }),
        (at) => {
          const gradient = new Float64Array(axes + 2)
          const scratch = new Float64Array(axes + 2)
          evidence(Float64Array.from(at), gradient)
          for (let j = 0; j < axes + 2; j++) {
            const value = (shift: number) =>
              evidence(
                Float64Array.from(at, (v, i) => (i === j ? v + shift : v)),
                scratch,
              )
            expect(gradient[j]).toBeCloseTo((value(1e-5) - value(-1e-5)) / 2e-5, 4)
          }
        },
      ),
      { numRuns: 20 },
    )
  })

  it('of mean and variance are their slopes along ordered axes, and 0 along choices', () => {
    const { embedding, gp } = mixedProcess(1, 1)
    const feature = new Float64Array(embedding.count)
    const [first, ...others] = randomPoints(embedding, 8, 77)
    embedding.embed(first!, feature)
    gp.addPending(feature)
    const axes = embedding.axes.count
    const gradients = new Float64Array(2 * axes)
    for (const settled of others) {
      embedding.embed(settled, feature)
      const { mean, variance } = gp.predictWithGradient(feature, gradients)
      expect(predictOne(gp, settled).mean).toBeCloseTo(mean, 12)
      expect(predictOne(gp, settled).variance).toBeCloseTo(variance, 12)
      for (let j = 0; j < axes; j++) {
        if (Number.isNaN(settled[j])) continue
        if (embedding.axes.unordered[j]) {
          expect(gradients[j]! + gradients[axes + j]!).toBeCloseTo(0, 12)
          continue
        }
        const at = (shift: number) =>
          predictOne(
            gp,
            settled.map((v, i) => (i === j ? v + shift : v)),
          )
        expect(gradients[j]).toBeCloseTo((at(1e-6).mean - at(-1e-6).mean) / 2e-6, 5)
        expect(gradients[axes + j]).toBeCloseTo((at(1e-6).variance - at(-1e-6).variance) / 2e-6, 5)
      }
    }
  })
})

describe('a pending point', () => {
  it('narrows the posterior where it is and leaves the mean as it was', () => {
    const { embedding, gp } = mixedProcess(2, 1)
    const [pending, elsewhere] = randomPoints(embedding, 2, 50)
    const before = predictOne(gp, pending!)
    const meanElsewhere = predictOne(gp, elsewhere!).mean
    const feature = new Float64Array(embedding.count)
    embedding.embed(pending!, feature)
    gp.addPending(feature)
    expect(predictOne(gp, pending!).variance).toBeLessThan(0.1 * before.variance)
    expect(predictOne(gp, pending!).mean).toBeCloseTo(before.mean, 12)
    expect(predictOne(gp, elsewhere!).mean).toBeCloseTo(meanElsewhere, 12)
  })
})

describe('an inactive parameter', () => {
  it('does not tell two points without it apart, whatever stands in its place', () => {
    const embedding = embeddingFor(mixed)
    const settle = (u: readonly number[]) => {
      const point = Float64Array.from(u)
      embedding.axes.settle(point)
      const feature = new Float64Array(embedding.count)
      embedding.embed(point, feature)
      return feature
    }
    // adam: momentum is inactive.
    expect(settle([0.1, 0.4, 0.9, 0.2, 0.5])).toEqual(settle([0.1, 0.4, 0.9, 0.7, 0.5]))
    expect(settle([0.1, 0.4, 0.1, 0.2, 0.5])).not.toEqual(settle([0.1, 0.4, 0.1, 0.7, 0.5]))
  })
})

describe('the fit', () => {
  it('gives short length scales to axes that matter and long ones to those that do not', () => {
    const embedding = embeddingFor(numbers(3))
    const points = randomPoints(embedding, 40, 9)
    const y = Float64Array.from(points, (u) => 1.4 * Math.sin(6 * u[0]!) + 0.3 * u[2]!)
    const hyper = fitHyperparameters(dataOf(embedding, points, y), [priorMode(embedding.axes)], 60)
    expect(hyper[0]).toBeLessThan(hyper[2]!)
    expect(hyper[2]).toBeLessThan(hyper[1]!)
    expect(Math.exp(hyper[3]!)).toBeLessThan(0.01)
  })

  it('finds noise where there is noise', () => {
    const embedding = embeddingFor(numbers(1))
    const points = randomPoints(embedding, 80, 4)
    const rng = createRng(8)
    const y = Float64Array.from(points, (u) => Math.sin(6 * u[0]!) + 0.7 * rng.normal())
    const hyper = fitHyperparameters(dataOf(embedding, points, y), [priorMode(embedding.axes)], 60)
    expect(Math.exp(hyper[1]!)).toBeGreaterThan(0.2)
    expect(Math.exp(hyper[1]!)).toBeLessThan(1)
  })
})
