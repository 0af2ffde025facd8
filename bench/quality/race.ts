// The race for search quality: `npm run race`. See README.md.
import { join } from 'node:path'
import { adoptTraces } from './adopt.ts'
import { ablationContestants } from './contestants/ablations.ts'
import type { Contestant } from './contestants/contestant.ts'
import { ourContestants } from './contestants/ours.ts'
import { type Absent, knownPeers, openPeers } from './contestants/peers.ts'
import { HELD_OUT_SEED, isWanted, planRuns, type Run, runsOn } from './plan.ts'
import { showProgress } from './progress.ts'
import { publishAblations } from './report/ablation-table.ts'
import { publish } from './report/publish.ts'
import { summary } from './report/summary.ts'
import { runSearch } from './search.ts'
import { parseSettings, type Settings, USAGE } from './settings.ts'
import { type Suite, suiteOf } from './suites.ts'
import { newestTraces, openTraces, type TraceStore, writeCondensed } from './traces.ts'

/** What reports need of every trace; in git, so that peers need not be raced again. */
const CONDENSED = join(import.meta.dirname, 'traces')

async function main(): Promise<void> {
  if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
    console.log(USAGE)
    return
  }
  const settings = parseSettings(process.argv.slice(2), join(import.meta.dirname, 'results'))
  const suites = chosenSuites(settings)
  const store = openTraces(settings.results, CONDENSED)
  // Ablations take part only where they are named.
  const known = [...ourContestants(), ...(settings.contestants.length > 0 ? ablationContestants() : [])]
  const ours = known.filter(({ id, family }) => isWanted(settings.contestants, id, family))
  if (settings.reportOnly) {
    report(suites, ours, [], store, settings)
    return
  }
  const peers = await openPeers((id, family) => isWanted(settings.contestants, id, family), settings.install)
  try {
    const contestants = [...ours, ...peers.contestants]
    if (contestants.length === 0) throw new Error(nobody(settings, peers.absent))
    if (settings.adopt) await adopt(suites, ours, store, settings)
    await race(suites, contestants, store, settings)
    store.pack()
    report(suites, ours, peers.absent, store, settings)
  } finally {
    peers.close()
  }
}

/** The suites with the tasks that were asked for. */
function chosenSuites({ suites, tasks, heldOut, data }: Settings): Suite[] {
  return suites
    .map((name) => suiteOf(name, data))
    .map((suite) => ({
      ...suite,
      tasks: suite.tasks.filter(
        (task) =>
          (task.heldOut === 'by seed' || task.heldOut === heldOut) &&
          (tasks.length === 0 || tasks.some((part) => task.name.includes(part))),
      ),
    }))
    .filter((suite) => suite.tasks.length > 0)
}

async function adopt(
  suites: readonly Suite[],
  ours: readonly Contestant[],
  store: TraceStore,
  settings: Settings,
): Promise<void> {
  const deadline = Date.now() + settings.minutes * 60_000
  for (const contestant of ours) {
    const tasks = suites.flatMap((suite) => suite.tasks).filter((task) => runsOn(contestant, task))
    const changed = await adoptTraces(contestant, tasks, store, () => Date.now() > deadline)
    if (changed.length > 0) console.error(`${contestant.id} searches otherwise than before on ${changed.join(', ')}`)
  }
}

async function race(
  suites: readonly Suite[],
  contestants: readonly Contestant[],
  store: TraceStore,
  settings: Settings,
): Promise<void> {
  const all = planRuns(
    suites.flatMap(({ tasks }) => tasks),
    contestants,
    settings,
  )
  const left = all.filter((run) => !store.has(keyOf(run)))
  if (left.length < all.length) console.error(`${all.length - left.length} of ${all.length} searches are there already`)
  const deadline = Date.now() + settings.minutes * 60_000
  const progress = showProgress(left.length)
  let stopped = false
  process.once('SIGINT', () => {
    stopped = true
    progress.end()
    console.error('Stopping after the searches that run; start again to go on')
  })
  async function lane(): Promise<void> {
    for (let run = left.shift(); run !== undefined && !stopped; run = left.shift()) {
      if (Date.now() > deadline) {
        stopped = true
        return
      }
      store.add(await runSearch(run.contestant, run.task, run.seed))
      progress.step(`${run.contestant.id} on ${run.task.name}, seed ${run.seed}`)
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, settings.jobs) }, lane))
  progress.end()
  if (stopped) console.error('Time is up, or it was stopped: the same command goes on where this one ended')
}

function keyOf({ task, contestant, seed }: Run) {
  return { task: task.name, contestant: contestant.id, version: contestant.version, seed }
}

/** Reports what is there of the chosen contestants, raced today or earlier. */
function report(
  suites: readonly Suite[],
  ours: readonly Contestant[],
  absent: readonly Absent[],
  store: TraceStore,
  settings: Settings,
): void {
  const peers = knownPeers.filter(({ id, family }) => isWanted(settings.contestants, id, family))
  const labels = new Map([...peers, ...ours].map(({ id, label }) => [id, label]))
  const current = new Map(ours.map(({ id, version }) => [id, version]))
  const traces = newestTraces(
    store.all().filter(({ contestant, seed }) => labels.has(contestant) && seed >= HELD_OUT_SEED === settings.heldOut),
    current,
  )
  const input = { suites, traces, labelOf: (id: string) => labels.get(id) ?? id }
  console.log(summary(input, absent, process.stdout.columns ?? 80))
  const raced = new Set(traces.map(({ contestant }) => contestant))
  const reasons = new Map(absent.map(({ id, reason }) => [id, reason]))
  const missing = peers
    .filter(({ id }) => !raced.has(id))
    .map(({ id, label }) => ({ id, label, reason: reasons.get(id) ?? 'not raced yet' }))
  if (!settings.write) return
  if (ours.every(({ family }) => family === 'ablation')) publishAblations(input)
  else publish(input, missing, settings.heldOut)
  writeCondensed(CONDENSED, newestTraces(store.all(), current))
}

function nobody({ contestants }: Settings, absent: readonly Absent[]): string {
  const reasons = absent.map(({ id, reason }) => `  ${id}: ${reason}`)
  return [`Nobody takes part: ${contestants.join(', ')} names no contestant that is here`, ...reasons].join('\n')
}

main().catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})
