import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import * as diapason from '../../../packages/diapason/src/index.ts'
import type { Contestant } from './contestant.ts'
import { startSearch } from './study-search.ts'

const SOURCES = join(import.meta.dirname, '../../../packages/diapason/src')
/** Not for single-goal races: `grid` needs a finite space. */
const LEFT_OUT = ['grid', 'nsga2', 'nsga3']

/** On curves: samplers with a pruner, the first of them what a study with a fidelity has by default. */
const STOPPING = [
  ['auto', 'asha'],
  ['auto', 'hyperband'],
  ['auto', 'median'],
  ['tpe', 'asha'],
  ['random', 'asha'],
] as const
/** On curves without a pruner: what stopping is worth. */
const WITHOUT_STOPPING = ['auto', 'tpe', 'random']

type SamplerFactory = () => diapason.Sampler
type PrunerFactory = () => diapason.Pruner

/** Every sampler that the library exports, in a study of its own in memory. */
export function ourContestants(): Contestant[] {
  const samplers = exported<SamplerFactory>('Sampler').filter(({ id }) => !LEFT_OUT.includes(id))
  const pruners = exported<PrunerFactory>('Pruner')
  const contestants = samplers.map(({ id, factory }) => contestant(id, factory))
  const random = samplers.find(({ id }) => id === 'random')!
  const stopping = STOPPING.map(([sampler, pruner]) => {
    const { factory } = samplers.find(({ id }) => id === sampler)!
    return contestant(sampler, factory, pruners.find(({ id }) => id === pruner)!)
  })
  return [
    ...contestants,
    ...stopping,
    {
      ...contestant('random', random.factory),
      id: 'ours-random-2x',
      label: 'Random, twice the budget',
      runsOn: 'whole',
      evaluationsAStep: 2,
    },
  ]
}

function contestant(
  id: string,
  factory: SamplerFactory,
  pruner?: { readonly id: string; readonly factory: PrunerFactory },
): Contestant {
  return {
    id: pruner === undefined ? `ours-${id}` : `ours-${id}-${pruner.id}`,
    label: pruner === undefined ? `Diapason ${id}` : `Diapason ${id}, ${pruner.id}`,
    family: 'ours',
    version: versionOf(id, pruner?.id),
    evaluationsAStep: 1,
    slow: false,
    runsOn: pruner !== undefined ? 'curves' : WITHOUT_STOPPING.includes(id) ? 'both' : 'whole',
    start: (request) => startSearch(request, { sampler: factory(), pruner: pruner?.factory() ?? diapason.noPruner() }),
  }
}

/** Exported factories by their kebab-case names: `tpeSampler` is `tpe`. */
function exported<T>(suffix: string): { id: string; factory: T }[] {
  return Object.entries(diapason)
    .filter(([name, value]) => name.endsWith(suffix) && typeof value === 'function')
    .map(([name, value]) => ({ id: kebabCase(name.slice(0, -suffix.length)), factory: value as T }))
}

const kebabCase = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** A hash of what a sampler and its pruner are made of: their files and all that these import. */
export function versionOf(sampler: string, pruner: string | undefined): string {
  const files = new Set<string>()
  collect(join(SOURCES, 'samplers', `${sampler}.ts`), files)
  if (pruner !== undefined) collect(join(SOURCES, 'pruners', `${pruner}.ts`), files)
  const hash = createHash('sha256')
  for (const file of [...files].sort()) hash.update(`${relative(SOURCES, file)}\0`).update(readFileSync(file))
  return hash.digest('hex').slice(0, 12)
}

function collect(file: string, files: Set<string>): void {
  if (files.has(file)) return
  files.add(file)
  for (const [, path] of readFileSync(file, 'utf8').matchAll(/\bfrom '(\.[^']+)'/g)) {
    collect(join(dirname(file), path!), files)
  }
}
