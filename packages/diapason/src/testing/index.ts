export { curveHistory, curveTrial, describePruner } from './pruner-suite.ts'
export { describeSampler, type SamplerUnderTest } from './sampler-suite.ts'
export { describeStorage, type StorageUnderTest } from './storage-suite.ts'
