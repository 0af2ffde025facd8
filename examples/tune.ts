// A study file: what to tune, and how one configuration is tried. From the folder above:
//   npm run diapason -- run examples/tune.ts --jobs 2
import { createRng, defineStudy, float, int } from 'diapason'

const EPOCHS = 81

export default defineStudy({
  goals: { accuracy: 'maximize' },
  space: {
    hidden: int(2, 32, { log: true, default: 4 }),
    learningRate: float(1e-3, 1, { log: true, default: 0.003 }),
    momentum: float(0, 0.99, { default: 0 }),
  },
  fidelity: { name: 'epochs', min: 3, max: EPOCHS },
  budget: { trials: 60 },
  async objective(params, trial) {
    const network = createNetwork(params, trial.seed)
    let accuracy = 0
    for (let epoch = 1; epoch <= trial.budget; epoch++) {
      network.train(TRAINING)
      accuracy = network.accuracy(VALIDATION)
      await trial.report(epoch, accuracy) // throws where the trial is hopeless: let it pass
    }
    return accuracy
  },
  // Default and winner are trained again and compared on points that tuning never saw, right or wrong.
  async test(params, { seed }) {
    const network = createNetwork(params, seed)
    for (let epoch = 1; epoch <= EPOCHS; epoch++) network.train(TRAINING)
    return TEST.map((point) => (network.isRight(point) ? 1 : 0))
  },
})

// Whatever trains can stand here. This is a network of one hidden layer for two half-moons, by hand.

interface Point {
  readonly x: readonly [number, number]
  readonly label: 0 | 1
}

const TRAINING = moons(300, 1)
const VALIDATION = moons(300, 2)
const TEST = moons(1000, 3)

/** Points on two interleaved half-moons, with noise. */
function moons(count: number, seed: number): Point[] {
  const rng = createRng(seed)
  return Array.from({ length: count }, (_, i) => {
    const label = i % 2 === 0 ? 0 : 1
    const angle = Math.PI * rng.next()
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
    const [x, y] = label === 0 ? [cos, sin] : [1 - cos, 0.5 - sin]
    return { x: [x + 0.5 * (rng.next() - 0.5), y + 0.5 * (rng.next() - 0.5)], label }
  })
}

interface NetworkOptions {
  readonly hidden: number
  readonly learningRate: number
  readonly momentum: number
}

/** Two inputs, `hidden` units of tanh, one logistic output; trained point by point by gradient descent with momentum. */
function createNetwork({ hidden, learningRate, momentum }: NetworkOptions, seed: number) {
  const rng = createRng(seed)
  // Per hidden unit: weights of x and y, bias, weight of the output; the output's bias comes last.
  const weights = Float64Array.from({ length: 4 * hidden + 1 }, () => rng.next() - 0.5)
  const velocity = new Float64Array(weights.length)
  const units = new Float64Array(hidden)
  const weight = (index: number) => weights[index] ?? 0
  const unit = (index: number) => units[index] ?? 0

  function forward([x, y]: Point['x']): number {
    let sum = weight(4 * hidden)
    for (let h = 0; h < hidden; h++) {
      units[h] = Math.tanh(weight(4 * h) * x + weight(4 * h + 1) * y + weight(4 * h + 2))
      sum += weight(4 * h + 3) * unit(h)
    }
    return 1 / (1 + Math.exp(-sum))
  }

  function step(index: number, gradient: number): void {
    velocity[index] = momentum * (velocity[index] ?? 0) - learningRate * gradient
    weights[index] = weight(index) + (velocity[index] ?? 0)
  }

  const isRight = ({ x, label }: Point) => (forward(x) > 0.5 ? 1 : 0) === label
  return {
    isRight,
    train(points: readonly Point[]): void {
      for (const { x, label } of points) {
        const error = forward(x) - label
        for (let h = 0; h < hidden; h++) {
          const back = error * weight(4 * h + 3) * (1 - unit(h) ** 2)
          step(4 * h + 3, error * unit(h))
          step(4 * h, back * x[0])
          step(4 * h + 1, back * x[1])
          step(4 * h + 2, back)
        }
        step(4 * hidden, error)
      }
    },
    accuracy: (points: readonly Point[]): number => points.filter(isRight).length / points.length,
  }
}
