// `diapason/fidelity`: cheaper trainings that stand in for whole ones, beyond what most studies need.
export { pashaPruner } from '../pruners/pasha.ts'
export type { AgreementTerms } from './agreement.ts'
export { type AgreementOptions, agreementPruner } from './agreement-pruner.ts'
export {
  type DataPart,
  type GrowingDataOptions,
  type OnGrowingData,
  onGrowingData,
  type PartObjective,
} from './growing-data.ts'
export { type NestedSubsetsOptions, nestedSubsets } from './nested-subsets.ts'
