import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { compileSpace, type ParamValues } from '../../packages/diapason/src/space/search-space.ts'
import type { Problem } from './problem.ts'
import { recordBest, type Search } from './search.ts'

/** Python's Optuna, one process for all searches. */
export interface OptunaPeer {
  readonly version: string
  search(sampler: 'random' | 'tpe' | 'tpe-group', problem: Problem, evaluations: number, seed: number): Promise<Search>
  close(): void
}

type Reply = {
  readonly version?: string
  readonly params?: ParamValues
  readonly done?: boolean
  readonly seconds?: number
}

/** Starts `optuna_search.py`. @param python an interpreter that has optuna */
export async function startOptuna(python: string): Promise<OptunaPeer> {
  const child: ChildProcess = spawn(python, [join(import.meta.dirname, 'optuna_search.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
  const receive = async (): Promise<Reply> => {
    const { value, done } = await lines.next()
    if (done) throw new Error('Optuna ended early')
    return JSON.parse(value)
  }
  const send = (message: unknown) => child.stdin!.write(`${JSON.stringify(message)}\n`)
  const { version = 'unknown' } = await receive()
  return {
    version,
    async search(sampler, problem, evaluations, seed) {
      const space = compileSpace(problem.space).parameters.map(({ name, distribution, condition }) => ({
        name,
        distribution,
        condition,
      }))
      send({ space, sampler, seed, evaluations })
      const curve = recordBest(problem, evaluations)
      for (;;) {
        const { params, done, seconds = 0 } = await receive()
        if (done) return { curve: curve.best, cpuMs: (seconds * 1000) / evaluations }
        const value = curve.evaluate(params ?? {})
        send({ value: Number.isNaN(value) ? null : value })
      }
    },
    close: () => child.stdin!.end(),
  }
}
