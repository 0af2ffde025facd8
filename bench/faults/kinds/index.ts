import type { FaultKind } from '../campaign.ts'
import { databaseClock, workerClock } from './clock-faults.ts'
import { postgresDiskFull, sqliteDiskFull, trialDiskFull } from './disk-faults.ts'
import { outOfMemory } from './memory-faults.ts'
import { hostCutOff, hostLost } from './network-faults.ts'
import { gatewayRestart, postgresCrash } from './server-faults.ts'
import { slurmController, slurmNode } from './slurm-faults.ts'
import { trainingKilled, workerKilled, workerKilledOnSqlite, workerSuspended } from './worker-faults.ts'

/** In the order of the table. */
export const KINDS: readonly FaultKind[] = [
  workerKilled,
  workerKilledOnSqlite,
  workerSuspended,
  trainingKilled,
  outOfMemory,
  hostCutOff,
  hostLost,
  postgresCrash,
  gatewayRestart,
  slurmController,
  slurmNode,
  workerClock,
  databaseClock,
  trialDiskFull,
  sqliteDiskFull,
  postgresDiskFull,
]
