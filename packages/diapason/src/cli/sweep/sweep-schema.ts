import { z } from 'zod'
import { PARAM_EXAMPLES } from './param-text.ts'

const value = z.union([z.string(), z.number(), z.boolean(), z.null()])
const template = (description: string) => z.string().min(1).meta({ description })
const prior = z
  .strictObject({ near: z.number(), within: z.number().optional() })
  .meta({ description: 'Where you expect the best value: near it, within a factor (log) or a difference.' })
const number = { low: z.number(), high: z.number(), log: z.boolean().optional(), prior: prior.optional() }

/** A parameter: one line of text, a list of options, or all that a space's JSON can say. */
type ParameterInput = unknown
const parameter: z.ZodType<ParameterInput> = z.lazy(() =>
  z.union(
    [
      z.string().meta({
        description:
          "A range or options in one line: 'log 1e-5..1e-1', '1..4 default 2', 'relu|tanh|elu default relu'.",
        examples: ['log 1e-5..1e-1 default 1e-3', '1..4', 'float 0..0.5', 'int 16..512 step 16', 'relu|tanh|elu'],
      }),
      z.array(value).min(1).meta({ description: 'Options; no order is assumed.' }),
      z.discriminatedUnion('kind', [
        z
          .strictObject({
            kind: z.literal('float'),
            ...number,
            step: z.number().positive().nullish(),
            default: z.number().optional(),
          })
          .meta({ description: 'A real number from low to high.' }),
        z
          .strictObject({
            kind: z.literal('int'),
            ...number,
            step: z.int().positive().nullish(),
            default: z.int().optional(),
          })
          .meta({ description: 'A whole number from low to high, both included.' }),
        z
          .strictObject({
            kind: z.literal('choice'),
            options: z.array(value).min(1),
            default: value.optional(),
            prior: z.array(z.number()).optional().meta({ description: 'Relative weights of the options.' }),
          })
          .meta({ description: 'One of a list.' }),
        z
          .strictObject({
            kind: z.literal('branch'),
            key: z.string().optional().meta({ description: 'Name of the label in the JSON file (default: kind).' }),
            cases: z.record(z.string(), z.union([parameters(), z.null()])),
            default: z.string().optional(),
          })
          .meta({ description: 'One of several groups of parameters, by label.' }),
        z
          .strictObject({
            kind: z.literal('repeat'),
            min: z.int().min(0),
            max: z.int().min(1),
            entries: parameters(),
            default: z.int().optional(),
          })
          .meta({ description: 'From min to max copies of a group of parameters: the layers of a network.' }),
      ]),
    ],
    { error: `${PARAM_EXAMPLES}, a list of options, or { kind: … }` },
  ),
)

function parameters() {
  return z.record(z.string(), parameter)
}

const DURATION = 'a number with a unit, such as 90s, 10m, 1.5h'
const duration = z.string({ error: DURATION }).regex(/^\s*(\d+(\.\d+)?|\.\d+)\s*(ms|s|m|h|d)\s*$/, { error: DURATION })
const SIZE = 'a size such as 500MB or 2GB'
const size = z.union([z.number().positive(), z.string().regex(/^\s*\d+(\.\d+)?\s*(KB|MB|GB)\s*$/i, { error: SIZE })], {
  error: SIZE,
})
const COUNT = 'a whole number of at least 1'
const count = z.int({ error: COUNT }).min(1, { error: COUNT })

const budget = z.strictObject({
  trials: count.optional().meta({ description: 'Finished trials that the study will hold in all.' }),
  time: duration.optional().meta({ description: 'Wall time of a run: 90s, 10m, 1.5h.' }),
  target: z.number().optional().meta({ description: 'Good enough for the first goal.' }),
})

const resources = z.strictObject({
  jobs: count.optional().meta({ description: 'Trials at the same time (default: 1, or what the GPUs allow).' }),
  timeout: duration.optional().meta({ description: 'Longest time for one trial; then it is ended and failed.' }),
  grace: duration.optional().meta({ description: 'From SIGTERM to SIGKILL (default: 5s).' }),
  memory: size.optional().meta({ description: 'What one trial may hold, with all it starts: 500MB, 2GB.' }),
  log: size.optional().meta({ description: 'How much of a trial’s log is kept (default: 16MB).' }),
  gpus: z
    .array(z.union([z.int().min(0), z.string()]))
    .min(1)
    .optional()
    .meta({ description: 'Devices for CUDA_VISIBLE_DEVICES.' }),
  gpusPerTrial: z
    .number()
    .positive()
    .optional()
    .meta({ description: 'Devices for one trial: 1, 2, …, or a share such as 0.5.' }),
})

const results = z.strictObject({
  patterns: z.record(z.string(), z.string()).optional().meta({
    description: 'Regular expressions by goal, and for the step under "step"; the group is the value.',
  }),
  names: z.record(z.string(), z.string()).optional().meta({
    description: 'What the program calls a metric: a TensorBoard tag, a column, a key of JSON (default: its name).',
  }),
  take: z.enum(['last', 'best']).optional().meta({ description: 'Which of the values seen counts (default: last).' }),
  tensorboard: template('A folder in which the script writes TensorBoard events, such as runs/{trial}.').optional(),
  csv: template('A CSV file with a column a goal, such as {folder}/log.csv.').optional(),
})

const command = z.union([template('One text, read by the shell.'), z.array(z.union([z.string(), z.number()])).min(1)])

const RULE = 'a condition such as batch * accumulate <= 512'
const rule = z.string({ error: RULE }).min(1, { error: RULE })
const rules = z.union([rule, z.array(rule)], { error: RULE })
const LIMIT = 'a limit such as memory <= 8e9'
const limit = z.string({ error: LIMIT }).min(1, { error: LIMIT })

const test = z.strictObject({
  command: command
    .optional()
    .meta({ description: 'What trains and tests once more, with {seed} (default: the same command).' }),
  metric: z.string().min(1).meta({ description: 'What it prints, on data that tuning never saw.' }),
  direction: z.enum(['minimize', 'maximize']).optional().meta({ description: 'Default: that of the first goal.' }),
})

/** A sweep file. Each description is shown by editors through the published JSON Schema. */
export const sweepSchema = z
  .strictObject({
    $schema: z.string().optional(),
    name: z.string().min(1).optional().meta({ description: "The study's name (default: the file's own)." }),
    command: command.meta({
      description: 'The program and its arguments; {lr} stands for a parameter, {params} for all as flags.',
    }),
    directory: template("Where it runs, from this file's own folder (default: that folder).").optional(),
    env: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .optional()
      .meta({ description: 'Variables; values may hold placeholders.' }),
    parameters: parameters().meta({ description: 'What is tuned.' }),
    where: rules.optional().meta({
      description: 'Which configurations may be tried: batch * accumulate <= 512, layers > 1 or dropout == 0.',
    }),
    goals: z
      .record(z.string(), z.enum(['minimize', 'maximize']))
      .meta({ description: 'What the program prints: accuracy: maximize. Pruning goes by the first one.' }),
    constraints: z.record(z.string(), limit).optional().meta({
      description: 'Limits on what the program prints: memory: memory <= 8e9. A trial beyond one is never the best.',
    }),
    fidelity: z
      .strictObject({ name: z.string(), min: z.number().positive(), max: z.number().positive() })
      .optional()
      .meta({ description: 'What steps count, and how far a trial goes: name: epochs, min: 1, max: 27.' }),
    sampler: z
      .string()
      .optional()
      .meta({ description: 'What proposes trials, as --sampler takes it: auto, tpe, random.' }),
    pruner: z
      .string()
      .optional()
      .meta({ description: 'What stops hopeless trials, as --pruner takes it: asha:eta=4.' }),
    seed: z.int().optional().meta({ description: 'Decides every suggestion.' }),
    storage: z.string().optional().meta({ description: 'Where the study is kept: sqlite:tuning.db.' }),
    budget: budget.optional(),
    resources: resources.optional(),
    results: results.optional(),
    test: test.optional().meta({ description: 'Compares default and winner at the end, over several seeds.' }),
  })
  .meta({ title: 'Diapason sweep', description: 'Tunes a command: diapason run sweep.yaml.' })

/** What a sweep file says. */
export type SweepInput = z.infer<typeof sweepSchema>

/** The schema as editors read it; the package ships it as schema/sweep.json. */
export function sweepJsonSchema(): unknown {
  return z.toJSONSchema(sweepSchema, { io: 'input', target: 'draft-7' })
}
