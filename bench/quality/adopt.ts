import type { Contestant } from './contestants/contestant.ts'
import { runSearch } from './search.ts'
import type { Task } from './tasks/task.ts'
import { condense, type Trace, type TraceStore } from './traces.ts'

/**
 * A contestant whose sources changed may search as it did before. On each task one of its earlier searches is run again; where every value is
 * the same, the earlier traces on that task count for the version of today, too.
 * @param isOver asked before each search
 * @returns the tasks on which it searches otherwise now
 */
export async function adoptTraces(
  contestant: Contestant,
  tasks: readonly Task[],
  store: TraceStore,
  isOver: () => boolean,
): Promise<string[]> {
  const { id, version } = contestant
  const changed: string[] = []
  for (const task of tasks) {
    if (isOver()) break
    const own = store.all().filter((trace) => trace.contestant === id && trace.task === task.name)
    const earlier = own.findLast((trace) => trace.version !== version)
    if (earlier === undefined || own.some((trace) => trace.version === version)) continue
    const again = await runSearch(contestant, task, earlier.seed)
    store.add(again)
    if (courseOf(again) !== courseOf(earlier)) {
      changed.push(task.name)
      continue
    }
    for (const trace of own) {
      if (trace.version === earlier.version && trace.seed !== earlier.seed) store.add({ ...trace, version })
    }
  }
  return changed
}

/** What a condensed trace still knows, to the digits that are kept. */
function courseOf(trace: Trace): string {
  const { values, epochs } = trace.thinkingMs === undefined ? condense(trace) : trace
  return JSON.stringify([values.map((value) => Number(value.toPrecision(6))), epochs])
}
