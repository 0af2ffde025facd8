// `diapason/fidelity`: cheaper trainings that stand in for whole ones, beyond what most studies need.
export { pashaPruner } from '../pruners/pasha.ts'
export { type NestedSubsetsOptions, nestedSubsets } from './nested-subsets.ts'
