import { hostname } from 'node:os'

/** What a process calls itself in the trials it runs: `host:4711`. */
export function workerName(): string {
  return `${hostname()}:${process.pid}`
}
