import { join } from 'node:path'
import { type Bridge, openBridge } from './bridge.ts'
import type { Contestant } from './contestant.ts'
import { environmentOf } from './environment.ts'

/** A package of others and the methods of it that take part. */
interface Family {
  readonly family: string
  /** In `peers/`. */
  readonly script: string
  /** `peers/NAME.requirements.txt`. */
  readonly environment: string
  /** The package whose version is the contestant's. */
  readonly package: string
  readonly methods: readonly Method[]
}

interface Method {
  readonly algorithm: string
  readonly label: string
  readonly slow?: boolean
  readonly runsOn?: Contestant['runsOn']
}

const FAMILIES: readonly Family[] = [
  {
    family: 'optuna',
    script: 'optuna_peer.py',
    environment: 'torch',
    package: 'optuna',
    methods: [
      { algorithm: 'tpe', label: 'Optuna TPE', runsOn: 'both' },
      { algorithm: 'tpe-median', label: 'Optuna TPE, median', runsOn: 'curves' },
      { algorithm: 'tpe-hyperband', label: 'Optuna TPE, Hyperband', runsOn: 'curves' },
      { algorithm: 'tpe-sha', label: 'Optuna TPE, successive halving', runsOn: 'curves' },
      { algorithm: 'random-sha', label: 'Optuna random, successive halving', runsOn: 'curves' },
      { algorithm: 'tpe-group', label: 'Optuna TPE, multivariate, group' },
      { algorithm: 'gp', label: 'Optuna GP', slow: true },
      { algorithm: 'random', label: 'Optuna random' },
    ],
  },
  {
    family: 'hyperopt',
    script: 'hyperopt_peer.py',
    environment: 'classic',
    package: 'hyperopt',
    methods: [
      { algorithm: 'tpe', label: 'Hyperopt TPE' },
      { algorithm: 'anneal', label: 'Hyperopt anneal' },
    ],
  },
  {
    family: 'skopt',
    script: 'skopt_peer.py',
    environment: 'classic',
    package: 'scikit-optimize',
    methods: [{ algorithm: 'gp', label: 'scikit-optimize GP', slow: true }],
  },
  {
    family: 'cmaes',
    script: 'cmaes_peer.py',
    environment: 'classic',
    package: 'cmaes',
    methods: [{ algorithm: 'catcma', label: 'cmaes CatCMA with margin' }],
  },
  {
    family: 'nevergrad',
    script: 'nevergrad_peer.py',
    environment: 'nevergrad',
    package: 'nevergrad',
    methods: [{ algorithm: 'ngopt', label: 'Nevergrad NGOpt' }],
  },
  {
    family: 'smac',
    script: 'smac_peer.py',
    environment: 'smac',
    package: 'smac',
    methods: [
      { algorithm: 'hpo', label: 'SMAC3 random forest', slow: true },
      { algorithm: 'blackbox', label: 'SMAC3 black box (GP)', slow: true },
      { algorithm: 'multifidelity', label: 'SMAC3 multi-fidelity', slow: true, runsOn: 'curves' },
    ],
  },
  {
    family: 'ax',
    script: 'ax_peer.py',
    environment: 'torch',
    package: 'ax-platform',
    methods: [{ algorithm: 'default', label: 'Ax (BoTorch)', slow: true }],
  },
  {
    family: 'hebo',
    script: 'hebo_peer.py',
    environment: 'hebo',
    package: 'HEBO',
    methods: [{ algorithm: 'default', label: 'HEBO', slow: true }],
  },
  {
    family: 'syne',
    script: 'syne_peer.py',
    environment: 'syne',
    package: 'syne-tune',
    methods: [
      { algorithm: 'cqr', label: 'Syne Tune CQR', slow: true },
      { algorithm: 'bore', label: 'Syne Tune BORE', slow: true },
      { algorithm: 'tpe', label: 'Syne Tune TPE (KDE)' },
      { algorithm: 'asha', label: 'Syne Tune ASHA', runsOn: 'curves' },
      { algorithm: 'bohb', label: 'Syne Tune BOHB', runsOn: 'curves' },
      { algorithm: 'ashacqr', label: 'Syne Tune ASHA + CQR', slow: true, runsOn: 'curves' },
    ],
  },
]

/** Everybody else there is, whether or not it is installed here. */
export const knownPeers: readonly { readonly id: string; readonly family: string; readonly label: string }[] =
  FAMILIES.flatMap(({ family, methods }) =>
    methods.map(({ algorithm, label }) => ({ id: `${family}-${algorithm}`, family, label })),
  )

/** A contestant that cannot take part, and why. */
export interface Absent {
  readonly id: string
  readonly label: string
  readonly reason: string
}

/** Peers that are here, those that are not, and how to end their processes. */
export interface Peers {
  readonly contestants: readonly Contestant[]
  readonly absent: readonly Absent[]
  close(): void
}

/**
 * Starts one process for each family of which something is wanted.
 * @param wanted by id and family
 * @param install sets Python environments up where they are missing
 */
export async function openPeers(wanted: (id: string, family: string) => boolean, install: boolean): Promise<Peers> {
  const contestants: Contestant[] = []
  const absent: Absent[] = []
  const bridges: RestartingBridge[] = []
  for (const family of FAMILIES) {
    const methods = family.methods.map((method) => ({ ...method, id: `${family.family}-${method.algorithm}` }))
    const chosen = methods.filter(({ id }) => wanted(id, family.family))
    if (chosen.length === 0) continue
    const bridge = await openFamily(family, install)
    if (typeof bridge === 'string') {
      absent.push(...chosen.map(({ id, label }) => ({ id, label, reason: bridge })))
      continue
    }
    bridges.push(bridge)
    const version = bridge.versions[family.package] ?? 'unknown'
    contestants.push(
      ...chosen.map(
        ({ id, label, algorithm, slow = false, runsOn = 'whole' }): Contestant => ({
          id,
          label,
          family: family.family,
          version,
          evaluationsAStep: 1,
          slow,
          runsOn,
          start: async (request) => (await bridge.open()).start(algorithm, request),
        }),
      ),
    )
  }
  return {
    contestants,
    absent,
    close() {
      for (const bridge of bridges) bridge.close()
    },
  }
}

/** A process that is started anew when it has died in an earlier search. */
interface RestartingBridge {
  readonly versions: Bridge['versions']
  open(): Promise<Bridge>
  close(): void
}

async function openFamily({ script, environment }: Family, install: boolean): Promise<RestartingBridge | string> {
  const found = await environmentOf(environment, install)
  if ('missing' in found) return found.missing
  const command = [found.python, join(import.meta.dirname, '../peers', script)]
  try {
    let bridge = await openBridge(command)
    return {
      versions: bridge.versions,
      async open() {
        if (!bridge.isOpen()) bridge = await openBridge(command)
        return bridge
      },
      close: () => bridge.close(),
    }
  } catch (error) {
    return `does not start: ${(error as Error).message}`
  }
}
