import type { Command } from 'commander'
import { goalsOf } from '../../study/goals.ts'
import { jsonText } from '../../text/json.ts'
import { countText } from '../../text/numbers.ts'
import { goalsText, nameText, timeText } from '../../text/study-words.ts'
import { tableLines } from '../text/table.ts'
import { type Output, standardOutput, writeLines } from './output.ts'
import { type StoredOptions, withStorageOption, withStoredData } from './stored-study.ts'

/** Adds `diapason studies`. */
export function register(program: Command, output: Output = standardOutput()): void {
  withStorageOption(program.command('studies').description('list the studies of a storage'))
    .option('--json', 'as JSON')
    .action(({ storage, json = false }: StoredOptions) => showStudies(storage, json, output))
}

async function showStudies(url: string, json: boolean, output: Output): Promise<void> {
  await withStoredData(url, async (storage) => {
    const studies = await storage.listStudies()
    if (json) {
      const list = studies.map((study) => ({
        name: study.name,
        goals: Object.fromEntries(goalsOf(study).map(({ name, direction }) => [name, direction])),
        counts: study.counts,
        startedAt: study.startedAt ?? null,
      }))
      output.write(jsonText(list))
      return
    }
    if (studies.length === 0) {
      writeLines(output, [`${storage.url} holds no study yet.`])
      return
    }
    const rows = studies.map((study) => {
      const { waiting, running, complete, pruned, failed } = study.counts
      const counts = [waiting + running + complete + pruned + failed, pruned, failed, running]
      return [
        nameText(study.name),
        goalsText(goalsOf(study)),
        ...counts.map(countText),
        timeText(study.startedAt).slice(0, 16),
      ]
    })
    const columns = [
      { title: 'study' },
      { title: 'goals', shrinks: true },
      ...['trials', 'pruned', 'failed', 'running'].map((title) => ({ title, align: 'right' }) as const),
      { title: 'started' },
    ]
    writeLines(output, tableLines(columns, rows, { width: output.columns, paint: output.paint }))
  })
}
