// The library in ten lines: node --conditions=@diapason/source examples/quadratic.ts
import { createStudy, float } from 'diapason'

const study = await createStudy({
  goals: { loss: 'minimize' },
  space: { x: float(-5, 5, { default: 0 }), y: float(-5, 5, { default: 0 }) },
  seed: 1,
})

await study.optimize(({ x, y }) => (x - 1) ** 2 + (y + 2) ** 2, { trials: 50 })

const { params, values } = study.best
console.log(`loss ${values.loss.toFixed(4)} at x = ${params.x.toFixed(2)}, y = ${params.y.toFixed(2)}`)
