import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { createRng } from '../../../packages/diapason/src/math/rng.ts'
import { writeSection } from '../../results.ts'
import type { Absent } from '../contestants/peers.ts'
import { type Group, groupsOf, type ReportInput, reportTables } from './markdown.ts'
import { anytimePlot } from './plot.ts'
import { meanRanks } from './ranking.ts'
import { cellsOf } from './scores.ts'

const PLOTS = join(import.meta.dirname, '../plots')
const MOST_LINES = 10
const HELD_OUT =
  'Functions are those of development, moved by seeds that nobody develops with; tables are others than those of development. They are not untouched: ' +
  'ten changes were judged by some of them, and none of the ten was taken (docs/decisions/016-two-views-of-the-losses.md).'

/** Writes the section of bench/RESULTS.md and its plots. */
export function publish(input: ReportInput, absent: readonly Absent[], heldOut: boolean): void {
  const versions = new Map(input.traces.map(({ contestant, version }) => [contestant, version]))
  const heading = heldOut ? 'Search quality, on tasks and seeds held out' : 'Search quality'
  const text = [
    `## ${heading}`,
    '',
    'Everybody with defaults; tasks, seeds and rules in bench/quality/README.md.',
    `${cpus()[0]?.model ?? 'Unknown processor'}, Node ${process.version}; ${[...versions].map(([id, version]) => `${id} ${version}`).join(', ')};`,
    `${new Date().toISOString().slice(0, 10)}. Made by \`npm run race -- claim --suite ${input.suites.map(({ name }) => name).join(',')}${heldOut ? ' --held-out' : ''} --report --write\`.`,
    '',
    ...(heldOut ? [HELD_OUT, ''] : []),
    ...reportTables(input),
    ...plotAll(input, heldOut),
    ...absentLines(absent),
  ]
  writeSection(heldOut ? 'quality held out' : 'quality', text.join('\n'))
}

function absentLines(absent: readonly Absent[]): string[] {
  return absent.length === 0
    ? []
    : ['', 'Not there:', '', ...absent.map(({ label, reason }) => `- ${label}: ${reason}`)]
}

/** Draws each suite, and returns the lines that show the pictures. */
function plotAll(input: ReportInput, heldOut: boolean): string[] {
  mkdirSync(PLOTS, { recursive: true })
  return groupsOf(input).flatMap((group) =>
    group.suites.flatMap((suite) => {
      const file = `${suite.name}${heldOut ? '-held-out' : ''}.svg`
      const cells = cellsOf(suite.tasks, input.traces)
      const drawn = drawnContestants(group).map((id) => ({ id, label: input.labelOf(id) }))
      writeFileSync(join(PLOTS, file), anytimePlot(suite, cells, drawn))
      return [`![${suite.title}](quality/plots/${file})`, '']
    }),
  )
}

/** The champion, then the best of the others: more lines than that nobody can tell apart. */
function drawnContestants({ cells, checkpoints, champion }: Group): string[] {
  const last = checkpoints[checkpoints.length - 1]!
  const ranked = meanRanks(cells, last, createRng(1)).map(({ contestant }) => contestant)
  return [champion, ...ranked.filter((id) => id !== champion)].slice(0, MOST_LINES)
}
