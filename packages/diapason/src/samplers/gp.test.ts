import { describeSampler } from '../testing/sampler-suite.ts'
import { gpSampler } from './gp.ts'

describeSampler('gp', { create: () => gpSampler(), neverRepeats: true, learns: true })
