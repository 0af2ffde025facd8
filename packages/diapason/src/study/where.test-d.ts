import { branch, choice, float, int } from '../space/nodes.ts'
import { createStudy } from './create-study.ts'
import { defineStudy } from './define-study.ts'

const goals = { loss: 'minimize' } as const
const space = { act: choice(['relu', 'tanh']), opt: branch('kind', { sgd: { momentum: float(0, 1) }, adam: {} }) }

// The parameters have the types that the space gives them.
createStudy({ goals, space, where: ({ act, opt }) => act === 'relu' || opt.kind === 'adam' })
createStudy({ goals, space, where: ({ opt }) => opt.kind === 'adam' || opt.momentum < 0.9 || 'too much momentum' })
// @ts-expect-error no such option
createStudy({ goals, space, where: ({ act }) => act === 'gelu' })
// @ts-expect-error a verdict or a reason
createStudy({ goals, space, where: ({ act }) => act.length })
defineStudy({ goals, space, where: ({ act }) => act === 'relu', objective: () => 1 })
// Define-by-run: those of the function.
createStudy({ goals, space: (s) => ({ a: s.int('a', 1, 9) }), where: ({ a }) => a > 3 })
// @ts-expect-error no such parameter
createStudy({ goals, space: { a: int(1, 9) }, where: ({ b }) => b > 3 })
