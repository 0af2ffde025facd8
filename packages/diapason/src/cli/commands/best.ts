import type { Command } from 'commander'
import { StudyError } from '../../errors.ts'
import { jsonText } from '../../text/json.ts'
import { countText, numberText } from '../../text/numbers.ts'
import { brokenText, goalText, nameText } from '../../text/study-words.ts'
import { isFeasible } from '../../trial/feasibility.ts'
import { lossOf } from '../../trial/ranking.ts'
import type { CompleteTrial } from '../../trial/trial-record.ts'
import type { AnyStudy } from '../progress.ts'
import { adviceOn } from './advice-on.ts'
import { type Output, standardOutput } from './output.ts'
import { STUDY_ARGUMENT, type StoredOptions, withStorageOption, withStoredStudy } from './stored-study.ts'

/** Adds `diapason best`. `notes` takes what is said about the parameters, so that they alone go to a file. */
export function register(program: Command, output: Output = standardOutput(), notes = writeToStderr): void {
  withStorageOption(program.command('best').description('print the best parameters, ready to paste'))
    .argument(...STUDY_ARGUMENT)
    .option('--json', 'with trial numbers, values, and parameters by path')
    .addHelpText('after', '\nStandard output is JSON either way: diapason best tune > best.json')
    .action((name: string | undefined, { storage, json = false }: StoredOptions) =>
      withStoredStudy(storage, name, (study) => {
        checkAnyBest(study)
        if (json) output.write(jsonText(bestJson(study)))
        else {
          notes(bestNotes(study))
          const params = study.bestTrials.map((best) => best.params)
          output.write(jsonText(study.goals.length === 1 ? params[0] : params))
        }
      }),
    )
}

function writeToStderr(text: string): void {
  process.stderr.write(text)
}

function checkAnyBest(study: AnyStudy): void {
  if (study.bestTrials.length > 0) return
  const open = study.trials.length === 0 ? 'It has no trials yet' : 'Look at `diapason trials`'
  const what = study.trials.some(({ state }) => state === 'complete') ? ' that keeps its constraints' : ''
  throw new StudyError(`Study "${study.name}" has no complete trial${what}, so no best one`, open)
}

function bestJson({ name, goals, bestTrials }: AnyStudy): unknown {
  return {
    study: name,
    goals: Object.fromEntries(goals.map((goal) => [goal.name, goal.direction])),
    best: bestTrials.map(({ number, values, params, record }) => ({
      trial: number,
      values,
      params,
      paramsByPath: record.params,
    })),
  }
}

/** Which trials they are, and advice on them. */
function bestNotes(study: AnyStudy): string {
  const { name, goals, bestTrials } = study
  const lines = bestTrials.map(({ number, values }) => {
    const parts = goals.map((goal) => `${goal.name} ${numberText(values[goal.name] ?? Number.NaN)}`)
    return `trial ${number}: ${parts.join(', ')}`
  })
  const head = bestTrials.length > 1 ? [`${nameText(name)}, trials that none beats in all goals:`] : []
  return `${[...head, ...lines, ...leftOut(study), ...adviceOn(study)].join('\n')}\n`
}

/** The trial that would be the best if it kept its constraints. */
function leftOut({ trials, goals, bestTrials }: AnyStudy): string[] {
  const [goal] = goals
  const [best] = bestTrials
  if (goal === undefined || best === undefined || goals.length > 1) return []
  const loss = (trial: CompleteTrial) => lossOf(trial.values[0] ?? Number.NaN, goal.direction)
  const better = trials
    .filter((trial) => trial.state === 'complete')
    .filter((trial) => !isFeasible(trial) && loss(trial) < loss(best.record))
  const [first] = better.toSorted((a, b) => loss(a) - loss(b))
  if (first === undefined) return []
  const others = better.length === 1 ? '' : `, as do ${countText(better.length - 1)} more that are better`
  return [`left out: trial ${first.number}, ${goal.name} ${goalText(first, 0)}, ${brokenText(first)}${others}`]
}
