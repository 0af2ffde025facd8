import type { CampaignResult } from './campaign.ts'
import { LEASE_MS } from './fleet.ts'
import type { Recovery } from './recovery-time.ts'

/** The section of RESULTS.md. */
export function tableOf(results: readonly CampaignResult[], machine: string): string {
  const days = results.map(({ measuredOn }) => measuredOn).sort()
  const sum = (of: (result: CampaignResult) => number) => results.reduce((total, result) => total + of(result), 0)
  return [
    '## Faults',
    '',
    `A study by four \`diapason worker\` processes with two trials each, on two machines (network namespaces with host names of their own; Slurm: six nodes); trials of 2 s, a lease of`,
    `${LEASE_MS / 1000} s; half of the workers train a study file, half a command that ignores SIGTERM every other time. Faults come at random moments, 1–4 s after the one before is over.`,
    'Every training writes what it does and what it was told to a file outside of the database, by a clock that only counts; every worker writes what it has stored. Afterwards the study is',
    'finished, and each configuration must have ended exactly once (`not once`), no two trainings of one configuration may have run at the same time (`overlaps`), and everything that was acknowledged must be',
    'in the database with its right value (`lost`). `again`: from the fault until another training of a configuration that it met began; `on`: until the same training had its next value stored',
    '(of commands: until its trial ended); median (range), in seconds, with their number. A trial that its worker cuts short by ending is stored as pruned and queued again, and counts as run again. `given up`: configurations that met four faults, which the study fails. `load`: average over five minutes, on two cores, others included.',
    '',
    '| fault | times | met | configurations | trainings | acknowledged | not once | overlaps | lost | left running | given up | again, s | on, s | load |',
    '|---|---|---|---|---|---|---|---|---|---|---|---|---|---|',
    ...results.map(rowOf),
    '',
    `In all ${sum(({ faults }) => faults)} faults, ${sum(({ configurations }) => configurations)} configurations, ${sum(({ acknowledged }) => acknowledged)} acknowledged values. ${machine}; ${[...new Set([days[0], days.at(-1)])].join(' to ')}. Made by \`bench/faults/run.ts\`.`,
    '',
    ...results.flatMap(notesOf),
  ].join('\n')
}

function notesOf({ what, note, unexpectedEnds }: CampaignResult): readonly string[] {
  const reasons = [...new Set(unexpectedEnds.map(reasonOf))]
  const ends = `${unexpectedEnds.length} workers ended by themselves and were started again: “${reasons.join('”, “')}”`
  const notes = [...(note === '' ? [] : [note]), ...(unexpectedEnds.length === 0 ? [] : [ends])]
  return notes.length === 0 ? [] : [`- ${what}: ${notes.join('; ')}.`]
}

/** The first sentence of a worker's error, without the address of its database. */
function reasonOf(end: string): string {
  const sentence = /error: (.+?)[.:](?:\s|$)/.exec(end)?.[1] ?? end
  return sentence.replace(/\w+:\/\/\S+/g, 'the database')
}

function rowOf(result: CampaignResult): string {
  const { what, faults, hits, configurations, attempts, acknowledged, notOnce, overlaps, lost, givenUp } = result
  const counts = [faults, hits, configurations, attempts, acknowledged, notOnce, overlaps, lost]
  const times = (['again', 'on'] as const).map((how) => spread(result.recoveries.filter((each) => each.how === how)))
  const cells = [what, ...counts, result.leftRunning.length, givenUp, ...times, result.load.toFixed(0)]
  return `| ${cells.join(' | ')} |`
}

function spread(recoveries: readonly Recovery[]): string {
  const sorted = recoveries.map(({ ms }) => ms).sort((a, b) => a - b)
  if (sorted.length === 0) return '–'
  const seconds = (index: number) => ((sorted[index] ?? Number.NaN) / 1000).toFixed(1)
  return `${seconds(Math.floor(sorted.length / 2))} (${seconds(0)}–${seconds(sorted.length - 1)}), ${sorted.length}`
}
