// A worker process of the pool: loads the study file once and runs the trials that it is sent, one at a time.
import { Worker as Thread } from 'node:worker_threads'
import { messageOf } from '../errors.ts'
import type { Decision } from '../pruners/pruner.ts'
import type { Checkpoint } from '../storage/storage.ts'
import { createLiveTrial, type LiveTrial, type TrainingState } from '../study/live-trial.ts'
import { declaredSource, dynamicSource } from '../study/param-source.ts'
import { ENDING_MS } from '../study/recovery.ts'
import type { CallAnswer, FromWorker, ReportMessage, StudyPart, ToWorker, TrialFacts } from './protocol.ts'
import { type AnyStudyDefinition, loadStudyFile } from './study-file.ts'
import { decodeThrown, encodeThrown, withPlace } from './thrown.ts'
import { watchScript } from './training-watch.ts'
import { endMark } from './worker-output.ts'

/** Less than others wait for before they take over what a process left that has ended. */
const PARENT_CHECK_MS = ENDING_MS / 4

/** Asks the pool for something, or to store something, and waits for its answer. */
type Call = (
  message:
    | ({ readonly type: 'report' } & ReportMessage)
    | { readonly type: 'attr'; readonly key: string; readonly value: unknown }
    | { readonly type: 'constraint'; readonly name: string; readonly excess: number }
    | { readonly type: 'checkpoint' },
  state?: TrainingState,
) => Promise<unknown>

/** What waits for an answer of the pool, and the state that it may ask for before. */
interface OpenCall {
  readonly resolve: (answer: CallAnswer) => void
  readonly state: TrainingState | undefined
}

await main(process.argv[2] ?? '', process.argv[3] === 'test' ? 'test' : 'objective')

async function main(file: string, part: StudyPart): Promise<void> {
  endWithParent()
  try {
    const definition = await loadStudyFile(file)
    serve(definition, file, part)
    send({ type: 'ready' })
  } catch (thrown) {
    process.send?.({ type: 'unloadable', thrown: encodeThrown(thrown) } satisfies FromWorker, () => process.exit(1))
  }
}

function serve(definition: AnyStudyDefinition, file: string, part: StudyPart): void {
  const { space } = definition.settings
  const run = part === 'test' ? testOf(definition) : definition.objective
  const source = typeof space === 'function' ? dynamicSource(space) : declaredSource<unknown>(space)
  const calls = new Map<number, OpenCall>()
  let controller = new AbortController()
  let lastCall = 0

  const call: Call = async (message, state) => {
    const id = ++lastCall
    const answer = await new Promise<CallAnswer>((resolve) => {
      calls.set(id, { resolve, state })
      send({ ...message, call: id })
    })
    if (answer.ok) return answer.value
    throw decodeThrown(answer.thrown)
  }

  async function runTrial(facts: TrialFacts): Promise<void> {
    controller = new AbortController()
    try {
      const trial = createLiveTrial(
        { ...facts, params: source.rebuild(facts.values) },
        {
          controller,
          report: async (step, value, state) =>
            (await call({ type: 'report', step, value, hasState: state !== undefined }, state)) as Decision,
          checkpoint: async () => (await call({ type: 'checkpoint' })) as Checkpoint | undefined,
          setAttr: async (key, value) => void (await call({ type: 'attr', key, value })),
          constrain: async (name, excess) => void (await call({ type: 'constraint', name, excess })),
        },
      )
      const value = await (facts.part === undefined
        ? run(trial.params, trial)
        : definition.objective.runPart?.(trial.params, facts.part, trial))
      markEnd(facts.number)
      sendResult(value)
    } catch (thrown) {
      markEnd(facts.number)
      send({ type: 'threw', thrown: encodeThrown(withPlace(thrown, file)) })
    }
  }

  process.on('message', (message: ToWorker) => {
    switch (message.type) {
      case 'run':
        void runTrial(message.trial)
        break
      case 'abort':
        controller.abort(decodeThrown(message.reason))
        break
      case 'answer':
        calls.get(message.call)?.resolve(message.answer)
        calls.delete(message.call)
        break
      case 'state':
        void sendState(message.call, calls.get(message.call)?.state)
        break
      default:
        message satisfies never
    }
  })
}

/** The final test in the shape of an objective, for which a trial stands in: its seed and its signal are what it takes. */
function testOf({ test }: AnyStudyDefinition): (params: unknown, trial: LiveTrial<unknown>) => Promise<unknown> {
  return async (params, { seed, signal }) => test?.(params, { seed, signal })
}

function send(message: FromWorker): void {
  process.send?.(message)
}

async function sendState(call: number, state: TrainingState | undefined): Promise<void> {
  try {
    send({ type: 'state', call, answer: { ok: true, value: await state?.() } })
  } catch (thrown) {
    send({ type: 'state', call, answer: { ok: false, thrown: encodeThrown(thrown) } })
  }
}

function markEnd(trial: number): void {
  process.stdout.write(`${endMark(trial)}\n`)
  process.stderr.write(`${endMark(trial)}\n`)
}

function sendResult(value: unknown): void {
  try {
    send({ type: 'returned', value })
  } catch (error) {
    throw new Error(`the objective returned something that cannot leave its process: ${messageOf(error)}`)
  }
}

/**
 * No worker outlives the process that started it, nor do the processes that its objective started. The channel's end
 * tells; an objective that blocks would not hear it, so a thread watches the parent as well. It also ends a trial
 * whose lease runs out while the parent is suspended.
 */
function endWithParent(): void {
  const group = process.platform === 'win32' ? process.pid : -process.pid
  process.on('disconnect', () => {
    process.kill(group, 'SIGTERM')
    process.exit(0)
  })
  new Thread(watchScript(process.ppid, group, PARENT_CHECK_MS), { eval: true, execArgv: [] }).unref()
}
