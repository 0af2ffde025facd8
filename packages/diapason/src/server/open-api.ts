import { CHART_KINDS } from '../analysis/chart-data.ts'

const inPath = (name: string) => ({ name, in: 'path', required: true, schema: { type: 'integer', minimum: 0 } })
const inQuery = (name: string, description: string, schema: object = { type: 'string' }) => ({
  name,
  in: 'query',
  description,
  schema,
})
const study = inPath('id')
const range = inQuery(
  'range',
  'PATH:LOW..HIGH, an end may be left out; PATH is a parameter or value:GOAL; options and numbers with at most twelve values by their place, from 0; may be given several times',
)
const selection = [
  range,
  inQuery('state', 'only these; may be given several times'),
  inQuery('sort', 'number (default), value, value:GOAL, duration, state or a parameter'),
  inQuery('order', 'by loss for values: ascending is the best first', { enum: ['ascending', 'descending'] }),
  inQuery('search', 'in numbers, parameters and reasons of failure'),
]
const trial = inPath('number')

const answers = (description: string, type = 'application/json') => ({
  200: { description, content: { [type]: {} } },
  default: { $ref: '#/components/responses/Error' },
})

const sends = (properties: Record<string, object>) => ({
  required: true,
  content: { 'application/json': { schema: { type: 'object', properties, required: Object.keys(properties) } } },
})

const get = (summary: string, parameters: readonly object[] = [], type?: string) => ({
  get: { summary, parameters, responses: answers(summary, type) },
})

/** The interface, described: OpenAPI 3.1. */
export function openApi() {
  const note = sends({ note: { type: 'string', maxLength: 20_000 } })
  return {
    openapi: '3.1.0',
    info: {
      title: 'Diapason',
      version: '1',
      description:
        'Studies of a storage. Numbers that JSON cannot hold are the texts "NaN", "Infinity" and "-Infinity".',
    },
    paths: {
      '/api/about': get('Which storage this is, and whether it may be changed'),
      '/api/studies': get('All studies with the number of trials by state'),
      '/api/studies/{id}': get('A study: goals, space, counts, the best, the default', [study]),
      '/api/studies/{id}/totals': get(
        'How many trials there are by state, what they cost and the best of them, of all trials or of those within ranges',
        [study, range],
      ),
      '/api/studies/{id}/trials': get('A page of trials', [
        study,
        ...selection,
        inQuery('offset', 'how many to leave out', { type: 'integer', minimum: 0 }),
        inQuery('limit', 'at most so many', { type: 'integer', minimum: 0, maximum: 500, default: 50 }),
      ]),
      '/api/studies/{id}/trials/{number}': get('A trial with all its reports', [study, trial]),
      '/api/studies/{id}/trials/{number}/files': get(
        'What the command of a trial left here: the end of its log as text, its files by name; null where nothing',
        [study, trial],
      ),
      '/api/studies/{id}/trials/{number}/file': get(
        'One of these files, to be kept; links are not followed',
        [
          study,
          trial,
          { ...inQuery('path', 'in the folder of the trial, such as checkpoint/weights.bin'), required: true },
        ],
        'application/octet-stream',
      ),
      '/api/studies/{id}/outlook': get(
        'What the best scored when it was trained again, what more time would bring, failures by reason, advice, changes of method; null while a large study is being read',
        [study],
      ),
      '/api/studies/{id}/charts/{kind}': get(
        'What a chart shows, thinned out to what a screen can show; null where there is nothing',
        [
          study,
          { name: 'kind', in: 'path', required: true, schema: { enum: CHART_KINDS } },
          inQuery('goal', "the goal's position", { type: 'integer', minimum: 0, default: 0 }),
          inQuery('params', 'paths of parameters: one for slice, two for contour'),
          range,
          inQuery('format', 'svg for the drawing', { enum: ['json', 'svg'] }),
        ],
      ),
      '/api/compare': get('Studies side by side: who is better, with an interval', [
        inQuery('study', 'numbers of two to six studies that share a goal; may be given several times'),
        inQuery('goal', 'its name; default: the first one of the first study'),
        inQuery('format', 'svg for the drawing', { enum: ['json', 'svg'] }),
      ]),
      '/api/studies/{id}/export': get(
        'All trials, or those asked for',
        [
          study,
          ...selection,
          inQuery(
            'column',
            'only these, may be given several times: state, value:GOAL, duration, reason, parameters, …',
          ),
          inQuery('format', 'csv (default) or json'),
        ],
        'text/csv',
      ),
      '/api/studies/{id}/report': get(
        'The report',
        [
          study,
          inQuery('against', 'numbers of studies that it is held beside; may be given several times'),
          inQuery('goal', 'the name of the goal by which they are compared; default: the first'),
        ],
        'text/html',
      ),
      '/api/studies/{id}/events': get(
        'Server-sent events: `change` whenever a trial has changed',
        [study],
        'text/event-stream',
      ),
      '/api/studies/{id}/enqueue': {
        post: {
          summary: 'Queue a configuration, whole or in part',
          parameters: [study],
          requestBody: sends({ params: { type: 'object' } }),
          responses: {
            201: { description: 'the number of the trial' },
            default: { $ref: '#/components/responses/Error' },
          },
        },
      },
      '/api/studies/{id}/control': {
        post: {
          summary: 'Ask all processes that run the study to pause, to go on, or to end after their present trials',
          parameters: [study],
          requestBody: sends({ command: { enum: ['run', 'pause', 'stop'] } }),
          responses: answers('the command that now stands'),
        },
      },
      '/api/studies/{id}/note': {
        put: {
          summary: 'Replace the note on a study',
          parameters: [study],
          requestBody: note,
          responses: answers('saved'),
        },
      },
      '/api/studies/{id}/trials/{number}/note': {
        put: {
          summary: 'Replace the note on a trial',
          parameters: [study, trial],
          requestBody: note,
          responses: answers('saved'),
        },
      },
      '/api/studies/{id}/delete': {
        post: {
          summary: 'Delete a study, after ten seconds in which that can be undone',
          parameters: [study],
          requestBody: sends({ name: { type: 'string' } }),
          responses: { 202: { description: 'waiting' }, default: { $ref: '#/components/responses/Error' } },
        },
      },
      '/api/studies/{id}/undelete': {
        post: { summary: 'Keep a study that was to be deleted', parameters: [study], responses: answers('kept') },
      },
    },
    components: {
      responses: {
        Error: {
          description: 'what is wrong, in words',
          content: {
            'application/json': {
              schema: { type: 'object', properties: { error: { type: 'string' } }, required: ['error'] },
            },
          },
        },
      },
    },
  }
}
