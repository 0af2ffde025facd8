import { describeSampler } from '../testing/sampler-suite.ts'
import { cmaesSampler } from './cmaes.ts'
import { gridSampler } from './grid.ts'
import { nsga2Sampler, nsga3Sampler } from './nsga.ts'
import { quasiRandomSampler } from './quasi-random.ts'
import { randomSampler } from './random.ts'
import { tpeSampler } from './tpe.ts'

describeSampler('random', { create: () => randomSampler() })
describeSampler('quasi-random', { create: () => quasiRandomSampler() })
describeSampler('grid', { create: () => gridSampler({ maxPoints: 10_000_000 }), finiteOnly: true, neverRepeats: true })
describeSampler('tpe', { create: () => tpeSampler(), neverRepeats: true, learns: true })
describeSampler('cmaes', { create: () => cmaesSampler(), neverRepeats: true, learns: true })
describeSampler('nsga2', { create: () => nsga2Sampler({ populationSize: 10 }), neverRepeats: true, learns: true })
describeSampler('nsga3', { create: () => nsga3Sampler({ populationSize: 10 }), neverRepeats: true, learns: true })
