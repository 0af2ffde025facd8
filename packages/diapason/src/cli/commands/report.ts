import { writeFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { type Command, Option } from 'commander'
import { reportHtml } from '../../report/report-html.ts'
import { reportMarkdown } from '../../report/report-markdown.ts'
import { studyReport } from '../../report/study-report.ts'
import { openStudy } from '../../study/create-study.ts'
import { type Output, standardOutput } from './output.ts'
import { STUDY_ARGUMENT, type StoredOptions, withStorageOption, withStoredData } from './stored-study.ts'

type Format = 'html' | 'md'

interface ReportOptions extends StoredOptions {
  readonly format?: Format
  readonly output?: string
  readonly against?: readonly string[]
  readonly goal?: string
}

/** Adds `diapason report`. */
export function register(program: Command, output: Output = standardOutput()): void {
  const format = new Option('--format <format>', "default: by the file's extension, else html").choices(['html', 'md'])
  withStorageOption(program.command('report').description('write a study as one file to read, print or send'))
    .argument(...STUDY_ARGUMENT)
    .addOption(format)
    .option('--against <studies...>', 'hold it beside these studies of the same storage, with a verdict')
    .option('--goal <name>', 'the goal by which studies are compared (default: the first)')
    .option('-o, --output <file>', 'write to a file (default: standard output)')
    .addHelpText('after', '\nThe HTML file needs neither network nor script; Markdown (md) is for a pull request.')
    .action((name: string | undefined, options: ReportOptions) =>
      withStoredData(options.storage, async (storage) => {
        const { format: chosen, output: file, against: others = [], goal } = options
        const study = await openStudy(name === undefined ? { storage } : { storage, name })
        const against = await Promise.all(others.map((other) => openStudy({ storage, name: other })))
        const report = studyReport(study, Date.now(), { against, goal })
        const isMarkdown = (chosen ?? formatOf(file)) === 'md'
        const content = isMarkdown ? reportMarkdown(report) : await reportHtml(report)
        if (file === undefined) {
          output.write(content)
          return
        }
        await writeFile(file, content)
        output.write(`${study.name} written to ${file}\n`)
      }),
    )
}

function formatOf(file: string | undefined): Format {
  return file !== undefined && extname(file).toLowerCase() === '.md' ? 'md' : 'html'
}
