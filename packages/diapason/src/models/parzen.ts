// A Parzen estimator over the axes of a search space: a mixture of product kernels, one for each observation, and a uniform one.
// Notation: n observations, d axes, x a position, m a kernel's centre, s its width (shared by all kernels of an axis), w weights.
// Kernels are Gaussians cut to [0, 1]; on ordered axes with few values they are normalised over the values; on unordered
// axes they keep to their value but for a share spread evenly. Densities are relative to the uniform distribution, so
// that an axis that is inactive, in the kernel or in x, counts as 1: the mixture is a proper distribution over a conditional space.
import { normalCdf } from '../math/normal.ts'
import type { Rng } from '../math/rng.ts'
import { truncatedNormalQuantile } from '../math/truncated-normal.ts'
import type { Axes } from './axes.ts'

const LOG_SQRT_2PI = 0.9189385332046728
/** Terms this far below the largest one (in natural logarithms) change no digit that matters. */
const NEGLIGIBLE = 20
/** Beyond this many widths from both ends, a kernel loses no mass that matters. */
const WHOLE = 4.5

/** How a mixture smooths. */
export interface Smoothing {
  /** Times the rule of thumb: standard deviation · n^(−1 / (4 + dimensions)). */
  readonly widthFactor: number
  /** The d of the rule of thumb. */
  readonly dimensions: number
  /** Least width of kernels on an axis with finitely many values, in cells. */
  readonly leastCells: number
  /** Weight of the uniform kernel, in observations. */
  readonly uniformWeight: number
  /** Weight of the uniform distribution in the standard deviation of an axis, in observations. */
  readonly spreadWeight: number
  /** Weight spread over all values of an unordered axis, in observations. */
  readonly choiceWeight: number
}

/** A mixture that is fitted again and again; its arrays grow and are reused. */
export class Parzen {
  readonly #axes: Axes
  readonly #ordered: readonly number[]
  readonly #unordered: readonly number[]
  /** Ordered axes on which every kernel has a centre, and the others. */
  #plain: number[] = []
  #patchy: number[] = []
  #count = 0
  #logUniform = 0
  /** Kernel centres (n × d), NaN where inactive. */
  #centres = new Float64Array(0)
  /** Centres on plain axes (n × their number), in units of √2 widths. */
  #plainCentres = new Float64Array(0)
  /** Log normalisers on patchy axes (n × d). */
  #normalisers = new Float64Array(0)
  /** Log weight and the log normalisers of plain axes (n). */
  #offsets = new Float64Array(0)
  #weights = new Float64Array(0)
  #terms = new Float64Array(0)
  readonly #memo = new Float64Array(64)
  readonly #width: Float64Array
  /** 1 / (√2 width). */
  readonly #scale: Float64Array
  readonly #logSame: Float64Array
  readonly #logOther: Float64Array
  /** Share of a kernel on an unordered axis that is spread over all values. */
  readonly #spread: Float64Array
  /**
   * One Gaussian for each ordered axis, if any kernel has a value there: where the kernels without one are taken to lie, so
   * that a branch tried by few of them is still searched where it did well.
   */
  readonly #mean: Float64Array
  readonly #deviation: Float64Array
  readonly #isKnown: Uint8Array
  /** The position at hand on the plain axes, in units of √2 widths. */
  readonly #plainPosition: Float64Array

  constructor(axes: Axes) {
    const all = Array.from({ length: axes.count }, (_, j) => j)
    this.#axes = axes
    this.#ordered = all.filter((j) => axes.unordered[j] === 0)
    this.#unordered = all.filter((j) => axes.unordered[j] === 1)
    this.#width = new Float64Array(axes.count)
    this.#scale = new Float64Array(axes.count)
    this.#logSame = new Float64Array(axes.count)
    this.#logOther = new Float64Array(axes.count)
    this.#spread = new Float64Array(axes.count)
    this.#plainPosition = new Float64Array(axes.count)
    this.#mean = new Float64Array(axes.count)
    this.#deviation = new Float64Array(axes.count)
    this.#isKnown = new Uint8Array(axes.count)
  }

  /** What {@link logDensity} is at least, anywhere: the part that is uniform. */
  get leastLogDensity(): number {
    return this.#logUniform
  }

  /** Width of the kernels on an ordered axis, in [0, 1]. */
  widthOf(axis: number): number {
    return this.#width[axis]!
  }

  /**
   * Takes in observations. O(n d + cells²).
   * @param positions row-major n × d, NaN where inactive
   * @param weights   n, above 0, around 1
   */
  fit(positions: Float64Array, n: number, weights: Float64Array, smoothing: Smoothing): void {
    const d = this.#axes.count
    this.#reserve(n)
    this.#count = n
    this.#centres.set(positions.subarray(0, n * d))
    let total = 0
    let squares = 0
    for (let k = 0; k < n; k++) {
      total += weights[k]!
      squares += weights[k]! ** 2
    }
    const effective = squares > 0 ? (total * total) / squares : 0
    const everything = total + smoothing.uniformWeight
    this.#logUniform = Math.log(smoothing.uniformWeight / everything)
    for (let k = 0; k < n; k++) {
      this.#weights[k] = weights[k]! / everything
      this.#offsets[k] = Math.log(this.#weights[k]!)
    }
    for (const j of this.#unordered) this.#fitUnordered(j, effective, smoothing.choiceWeight)
    this.#plain = this.#ordered.filter((j) => this.#isPlain(j))
    this.#patchy = this.#ordered.filter((j) => !this.#plain.includes(j))
    for (const j of this.#plain) this.#fitOrdered(j, weights, effective, smoothing, this.#offsets)
    for (const j of this.#patchy) this.#fitOrdered(j, weights, effective, smoothing, undefined)
    this.#packPlain()
  }

  /** log of the density at x relative to the uniform one; x as {@link Axes.settle} leaves it. O(n d). */
  logDensity(x: Float64Array): number {
    const n = this.#count
    const terms = this.#terms
    this.#addPlain(x, terms)
    if (this.#unordered.length > 0) this.#addUnordered(x, terms)
    if (this.#patchy.length > 0) this.#addPatchy(x, terms)
    let top = this.#logUniform
    for (let k = 0; k < n; k++) if (terms[k]! > top) top = terms[k]!
    let sum = Math.exp(this.#logUniform - top)
    const floor = top - NEGLIGIBLE
    for (let k = 0; k < n; k++) if (terms[k]! > floor) sum += Math.exp(terms[k]! - top)
    return top + Math.log(sum)
  }

  /** Draws a position into `out`; not settled. Takes the same number of draws whatever comes. O(n + d). */
  sample(rng: Rng, out: Float64Array): void {
    const n = this.#count
    const d = this.#axes.count
    let rest = rng.next()
    let k = 0
    while (k < n && rest >= this.#weights[k]!) rest -= this.#weights[k++]!
    for (let j = 0; j < d; j++) {
      const u = rng.next()
      const centre = k < n ? this.#centres[k * d + j]! : Number.NaN
      if (Number.isNaN(centre)) out[j] = k < n && !this.#axes.unordered[j] ? this.#drawElsewhere(j, u) : u
      else if (this.#axes.unordered[j]) out[j] = u < this.#spread[j]! ? u / this.#spread[j]! : centre
      else out[j] = truncatedNormalQuantile(u, centre, this.#width[j]!, 0, 1)
    }
  }

  /** log of the density, relative to the uniform one, of kernels that have no value on an axis. */
  #logDensityElsewhere(j: number, u: number): number {
    if (this.#isKnown[j] === 0) return 0
    const s = this.#deviation[j]!
    return cutNormaliser(this.#mean[j]!, s) - 0.5 * ((u - this.#mean[j]!) / s) ** 2
  }

  #drawElsewhere(j: number, u: number): number {
    return this.#isKnown[j] === 0 ? u : truncatedNormalQuantile(u, this.#mean[j]!, this.#deviation[j]!, 0, 1)
  }

  #reserve(n: number): void {
    if (this.#offsets.length >= n) return
    const capacity = Math.max(16, n, 2 * this.#offsets.length)
    this.#offsets = new Float64Array(capacity)
    this.#weights = new Float64Array(capacity)
    this.#terms = new Float64Array(capacity)
    this.#centres = new Float64Array(capacity * this.#axes.count)
    this.#plainCentres = new Float64Array(capacity * this.#axes.count)
    this.#normalisers = new Float64Array(capacity * this.#axes.count)
  }

  #fitUnordered(j: number, effective: number, choiceWeight: number): void {
    const spread = choiceWeight / (choiceWeight + effective)
    this.#spread[j] = spread
    this.#logSame[j] = Math.log((1 - spread) * this.#axes.size[j]! + spread)
    this.#logOther[j] = Math.log(spread)
  }

  #isPlain(j: number): boolean {
    if (this.#axes.parent[j]! >= 0) return false
    const d = this.#axes.count
    for (let k = 0; k < this.#count; k++) if (Number.isNaN(this.#centres[k * d + j]!)) return false
    return true
  }

  /** @param offsets where normalisers are added up; undefined: each is kept, since not every position will count it */
  #fitOrdered(
    j: number,
    weights: Float64Array,
    effective: number,
    smoothing: Smoothing,
    offsets: Float64Array | undefined,
  ): void {
    const n = this.#count
    const d = this.#axes.count
    const size = this.#axes.size[j]!
    this.#measure(j, weights, smoothing.spreadWeight)
    const rule = smoothing.widthFactor * this.#deviation[j]!
    const least = size < Number.POSITIVE_INFINITY ? smoothing.leastCells / size : 0
    const s = Math.min(1, Math.max(least, rule * Math.max(1, effective) ** (-1 / (4 + smoothing.dimensions)), 1e-12))
    this.#width[j] = s
    this.#scale[j] = Math.SQRT1_2 / s
    const ofCell = size <= this.#memo.length ? this.#memo.fill(Number.NaN, 0, size) : undefined
    for (let k = 0; k < n; k++) {
      const m = this.#centres[k * d + j]!
      const normaliser = Number.isNaN(m) ? 0 : this.#normaliser(j, m, s, ofCell)
      if (offsets === undefined) this.#normalisers[k * d + j] = normaliser
      else offsets[k]! += normaliser
    }
  }

  /** Log normaliser of a kernel; on finite axes with few values those of the cells are kept in `ofCell` (NaN: not known yet). */
  #normaliser(j: number, m: number, s: number, ofCell: Float64Array | undefined): number {
    if (this.#axes.size[j] === Number.POSITIVE_INFINITY) return cutNormaliser(m, s)
    const cell = this.#axes.cellOf(j, m)
    if (ofCell !== undefined && !Number.isNaN(ofCell[cell]!)) return ofCell[cell]!
    const width = this.#axes.edge(j, cell + 1) - this.#axes.edge(j, cell)
    // Cells much narrower than the kernel: their sum is the integral, but for some tenths of a percent.
    const normaliser = width < s / 3 ? cutNormaliser(m, s) : this.#cellNormaliser(j, cell, m, s)
    if (ofCell !== undefined) ofCell[cell] = normaliser
    return normaliser
  }

  /** Sums a kernel over cells, outwards from its own in both directions, as far as it reaches. */
  #cellNormaliser(j: number, cell: number, m: number, s: number): number {
    const axes = this.#axes
    let mass = 0
    for (const step of [-1, 1]) {
      let near = axes.edge(j, step < 0 ? cell : cell + 1)
      for (let c = cell + step; c >= 0 && c < axes.size[j]!; c += step) {
        const far = axes.edge(j, step < 0 ? c : c + 1)
        const z = ((near + far) / 2 - m) / s
        if (Math.abs(z) > WHOLE) break
        mass += Math.abs(far - near) * Math.exp(-0.5 * z * z)
        near = far
      }
    }
    return -Math.log(mass + axes.edge(j, cell + 1) - axes.edge(j, cell))
  }

  /** Mean and standard deviation of an axis, with some weight of the uniform distribution mixed in. */
  #measure(j: number, weights: Float64Array, uniformWeight: number): void {
    const d = this.#axes.count
    let total = uniformWeight
    let sum = 0.5 * uniformWeight
    for (let k = 0; k < this.#count; k++) {
      const m = this.#centres[k * d + j]!
      if (Number.isNaN(m)) continue
      total += weights[k]!
      sum += weights[k]! * m
    }
    const mean = sum / total
    let squares = uniformWeight * (1 / 12 + (mean - 0.5) ** 2)
    for (let k = 0; k < this.#count; k++) {
      const m = this.#centres[k * d + j]!
      if (!Number.isNaN(m)) squares += weights[k]! * (m - mean) ** 2
    }
    this.#mean[j] = mean
    this.#deviation[j] = Math.sqrt(squares / total)
    this.#isKnown[j] = total > uniformWeight ? 1 : 0
  }

  #packPlain(): void {
    const d = this.#axes.count
    const count = this.#plain.length
    let at = 0
    for (let k = 0; k < this.#count; k++) {
      for (let i = 0; i < count; i++) {
        const j = this.#plain[i]!
        this.#plainCentres[at++] = this.#centres[k * d + j]! * this.#scale[j]!
      }
    }
  }

  #addPlain(x: Float64Array, terms: Float64Array): void {
    const n = this.#count
    const count = this.#plain.length
    const centres = this.#plainCentres
    const position = this.#plainPosition
    const offsets = this.#offsets
    for (let i = 0; i < count; i++) position[i] = x[this.#plain[i]!]! * this.#scale[this.#plain[i]!]!
    let at = 0
    for (let k = 0; k < n; k++) {
      // Two sums side by side: additions to a single one would wait for each other.
      let even = 0
      let odd = 0
      let i = 0
      for (; i + 1 < count; i += 2) {
        const z = position[i]! - centres[at + i]!
        const w = position[i + 1]! - centres[at + i + 1]!
        even += z * z
        odd += w * w
      }
      if (i < count) even += (position[i]! - centres[at + i]!) ** 2
      at += count
      terms[k] = offsets[k]! - (even + odd)
    }
  }

  #addUnordered(x: Float64Array, terms: Float64Array): void {
    const n = this.#count
    const d = this.#axes.count
    for (const j of this.#unordered) {
      const value = x[j]!
      if (Number.isNaN(value)) continue
      for (let k = 0; k < n; k++) {
        const m = this.#centres[k * d + j]!
        if (!Number.isNaN(m)) terms[k]! += m === value ? this.#logSame[j]! : this.#logOther[j]!
      }
    }
  }

  #addPatchy(x: Float64Array, terms: Float64Array): void {
    const n = this.#count
    const d = this.#axes.count
    const normalisers = this.#normalisers
    for (const j of this.#patchy) {
      if (Number.isNaN(x[j]!)) continue
      const scale = this.#scale[j]!
      const elsewhere = this.#logDensityElsewhere(j, x[j]!)
      for (let k = 0; k < n; k++) {
        const z = (x[j]! - this.#centres[k * d + j]!) * scale
        terms[k]! += Number.isNaN(z) ? elsewhere : normalisers[k * d + j]! - z * z
      }
    }
  }
}

/** Log normaliser of a Gaussian cut to [0, 1]. */
function cutNormaliser(m: number, s: number): number {
  const left = m > WHOLE * s ? 0 : normalCdf(-m / s)
  const right = 1 - m > WHOLE * s ? 0 : normalCdf((m - 1) / s)
  return -Math.log(s * (1 - left - right)) - LOG_SQRT_2PI
}
