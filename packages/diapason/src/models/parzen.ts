// A Parzen estimator over the axes of a search space: a mixture of product kernels, one for each observation, and a uniform one.
// Notation: n observations, d axes, x a position, m a kernel's centre, s its width (shared by all kernels of an axis), w weights.
// Kernels are Gaussians cut to [0, 1]; on ordered axes with few values they are normalised over the values; on unordered
// axes they keep to their value but for a share spread evenly. Densities are relative to the uniform distribution, so
// that an axis that is inactive, in the kernel or in x, counts as 1: the mixture is a proper distribution over a conditional space.
import { decay } from '../math/decay.ts'
import type { Rng } from '../math/rng.ts'
import type { Axes } from './axes.ts'
import { cutMass, cutQuantile, KernelMass } from './cut-kernel.ts'

/** Kernels that are added up before it is asked whether the sum is enough. */
const BLOCK = 8
/** Relative to a ceiling so far above the uniform part, terms that count would be rounded away. */
const FAR = 16
/** A product of masses is turned into a logarithm before it could underflow. */
const SMALL_PRODUCT = 1e-200

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
  /** Products of masses on plain axes that are not in the offsets yet (n). */
  #masses = new Float64Array(0)
  #weights = new Float64Array(0)
  #terms = new Float64Array(0)
  readonly #mass: KernelMass
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
  /** Log normaliser of that Gaussian. */
  readonly #elsewhere: Float64Array
  /** The position at hand on the plain axes, in units of √2 widths. */
  readonly #plainPosition: Float64Array

  constructor(axes: Axes) {
    const all = Array.from({ length: axes.count }, (_, j) => j)
    this.#axes = axes
    this.#mass = new KernelMass(axes)
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
    this.#elsewhere = new Float64Array(axes.count)
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
      this.#masses[k] = 1
    }
    for (const j of this.#unordered) this.#fitUnordered(j, effective, smoothing.choiceWeight)
    this.#plain.length = 0
    this.#patchy.length = 0
    for (const j of this.#ordered) (this.#isPlain(j) ? this.#plain : this.#patchy).push(j)
    for (const j of this.#ordered) this.#fitWidth(j, weights, effective, smoothing)
    for (const j of this.#plain) this.#normalisePlain(j)
    for (let k = 0; k < n; k++) this.#offsets[k]! -= Math.log(this.#masses[k]!)
    for (const j of this.#patchy) this.#normalisePatchy(j)
    this.#packPlain()
  }

  /**
   * log of the density at x relative to the uniform one; x as {@link Axes.settle} leaves it. O(n d).
   * @param ceiling where the result would be this or more, it may be Infinity, which takes less work: kernels are added up from the last
   *   one on, until the sum is enough; default: always the density
   */
  logDensity(x: Float64Array, ceiling = Number.POSITIVE_INFINITY): number {
    if (ceiling <= this.#logUniform) return Number.POSITIVE_INFINITY
    this.#scalePlain(x)
    const terms = this.#terms
    const n = this.#count
    if (ceiling > this.#logUniform + FAR) {
      this.#setTerms(x, 0, n)
      let top = this.#logUniform
      for (let k = 0; k < n; k++) if (terms[k]! > top) top = terms[k]!
      return top + Math.log(this.#sumTerms(0, n, top) + Math.exp(this.#logUniform - top))
    }
    let sum = Math.exp(this.#logUniform - ceiling)
    for (let end = n; end > 0; end -= BLOCK) {
      const begin = Math.max(0, end - BLOCK)
      this.#setTerms(x, begin, end)
      sum += this.#sumTerms(begin, end, ceiling)
      if (sum >= 1) return Number.POSITIVE_INFINITY
    }
    return Math.max(this.#logUniform, ceiling + Math.log(sum))
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
      else out[j] = cutQuantile(u, centre, this.#width[j]!)
    }
  }

  /** log of the density, relative to the uniform one, of kernels that have no value on an axis. */
  #logDensityElsewhere(j: number, u: number): number {
    if (this.#isKnown[j] === 0) return 0
    return this.#elsewhere[j]! - 0.5 * ((u - this.#mean[j]!) / this.#deviation[j]!) ** 2
  }

  #drawElsewhere(j: number, u: number): number {
    return this.#isKnown[j] === 0 ? u : cutQuantile(u, this.#mean[j]!, this.#deviation[j]!)
  }

  #reserve(n: number): void {
    if (this.#offsets.length >= n) return
    const capacity = Math.max(16, n, 2 * this.#offsets.length)
    this.#offsets = new Float64Array(capacity)
    this.#masses = new Float64Array(capacity)
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

  #fitWidth(j: number, weights: Float64Array, effective: number, smoothing: Smoothing): void {
    const size = this.#axes.size[j]!
    this.#measure(j, weights, smoothing.spreadWeight)
    const rule = smoothing.widthFactor * this.#deviation[j]!
    const least = size < Number.POSITIVE_INFINITY ? smoothing.leastCells / size : 0
    const s = Math.min(1, Math.max(least, rule * Math.max(1, effective) ** (-1 / (4 + smoothing.dimensions)), 1e-12))
    this.#width[j] = s
    this.#scale[j] = Math.SQRT1_2 / s
  }

  /** Every position counts all kernels of a plain axis, so that one logarithm does for a product over axes. */
  #normalisePlain(j: number): void {
    const d = this.#axes.count
    const masses = this.#masses
    for (let k = 0; k < this.#count; k++) {
      const product = masses[k]! * this.#mass.of(j, this.#centres[k * d + j]!, this.#width[j]!)
      if (product > SMALL_PRODUCT) masses[k] = product
      else {
        this.#offsets[k]! -= Math.log(product)
        masses[k] = 1
      }
    }
  }

  /** Each normaliser is kept, since not every position will count it. */
  #normalisePatchy(j: number): void {
    const d = this.#axes.count
    this.#elsewhere[j] = -Math.log(cutMass(this.#mean[j]!, this.#deviation[j]!))
    for (let k = 0; k < this.#count; k++) {
      const m = this.#centres[k * d + j]!
      this.#normalisers[k * d + j] = Number.isNaN(m) ? 0 : -Math.log(this.#mass.of(j, m, this.#width[j]!))
    }
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

  #scalePlain(x: Float64Array): void {
    for (let i = 0; i < this.#plain.length; i++) {
      const j = this.#plain[i]!
      this.#plainPosition[i] = x[j]! * this.#scale[j]!
    }
  }

  /** The logarithms of kernels `begin` to `end` at x, with their weights. */
  #setTerms(x: Float64Array, begin: number, end: number): void {
    this.#setPlain(begin, end)
    if (this.#unordered.length > 0) this.#addUnordered(x, begin, end)
    if (this.#patchy.length > 0) this.#addPatchy(x, begin, end)
  }

  /** Sums kernels relative to a reference; Infinity if one of them is above it. */
  #sumTerms(begin: number, end: number, reference: number): number {
    const terms = this.#terms
    let sum = 0
    for (let k = begin; k < end; k++) {
      const below = reference - terms[k]!
      if (below < 0) return Number.POSITIVE_INFINITY
      sum += decay(below)
    }
    return sum
  }

  #setPlain(begin: number, end: number): void {
    const count = this.#plain.length
    const centres = this.#plainCentres
    const position = this.#plainPosition
    const offsets = this.#offsets
    const terms = this.#terms
    let at = begin * count
    for (let k = begin; k < end; k++) {
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

  #addUnordered(x: Float64Array, begin: number, end: number): void {
    const d = this.#axes.count
    const terms = this.#terms
    for (const j of this.#unordered) {
      const value = x[j]!
      if (Number.isNaN(value)) continue
      for (let k = begin; k < end; k++) {
        const m = this.#centres[k * d + j]!
        if (!Number.isNaN(m)) terms[k]! += m === value ? this.#logSame[j]! : this.#logOther[j]!
      }
    }
  }

  #addPatchy(x: Float64Array, begin: number, end: number): void {
    const d = this.#axes.count
    const normalisers = this.#normalisers
    const terms = this.#terms
    for (const j of this.#patchy) {
      if (Number.isNaN(x[j]!)) continue
      const scale = this.#scale[j]!
      const elsewhere = this.#logDensityElsewhere(j, x[j]!)
      for (let k = begin; k < end; k++) {
        const z = (x[j]! - this.#centres[k * d + j]!) * scale
        terms[k]! += Number.isNaN(z) ? elsewhere : normalisers[k * d + j]! - z * z
      }
    }
  }
}
