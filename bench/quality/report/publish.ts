import { cpus } from 'node:os'
import { writeSection } from '../../results.ts'
import type { Contestant } from '../contestants/contestant.ts'
import type { Absent } from '../contestants/peers.ts'
import { type ReportInput, reportTables } from './markdown.ts'

/** Writes the section of bench/RESULTS.md. */
export function publish(
  input: ReportInput,
  contestants: readonly Contestant[],
  absent: readonly Absent[],
  heldOut: boolean,
): void {
  const versions = new Map(contestants.map(({ family, version }) => [family, version]))
  const heading = heldOut ? 'Search quality, on tasks and seeds held out' : 'Search quality'
  const text = [
    `## ${heading}`,
    '',
    'Everybody with defaults; tasks, seeds and rules in bench/quality/README.md.',
    `${cpus()[0]?.model ?? 'Unknown processor'}, Node ${process.version}; ${[...versions].map(([family, version]) => `${family} ${version}`).join(', ')};`,
    `${new Date().toISOString().slice(0, 10)}. Made by \`npm run race -- --report --write\`.`,
    '',
    ...reportTables(input),
    ...absentLines(absent),
  ]
  writeSection(heldOut ? 'quality held out' : 'quality', text.join('\n'))
}

function absentLines(absent: readonly Absent[]): string[] {
  return absent.length === 0
    ? []
    : ['', 'Not there:', '', ...absent.map(({ label, reason }) => `- ${label}: ${reason}`)]
}
