export { curveHistory, curveTrial, describePruner } from './pruner-suite.ts'
export { describeStorage, type StorageUnderTest } from './storage-suite.ts'
