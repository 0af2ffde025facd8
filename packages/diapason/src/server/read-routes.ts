import { CHART_KINDS, type ChartKind, type ChartOptions, type ChartSource, chartData } from '../analysis/chart-data.ts'
import { trialJson } from '../analysis/trial-json.ts'
import { trialsCsvLines } from '../analysis/trials-csv.ts'
import { drawChart } from '../charts/draw-chart.ts'
import { reportHtml } from '../report/report-html.ts'
import { studyReport } from '../report/study-report.ts'
import { jsonArrayLines } from '../text/json.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { compareAnswer, openedStudies } from './compare-route.ts'
import type { ChangeStreams } from './events.ts'
import { type KeptFile, keptFile, streamedFile, svgResponse } from './file-response.ts'
import type { Access } from './guard.ts'
import { HttpError } from './http-error.ts'
import { json } from './json-response.ts'
import { keptResponse } from './kept-response.ts'
import { openApi } from './open-api.ts'
import { outlookJson } from './outlook-json.ts'
import type { Route, RouteCall } from './router.ts'
import { fullTrialJson, standingJson, studyJson, summaryJson } from './study-json.ts'
import type { OpenedStudy, StudyShelf } from './study-shelf.ts'
import { totalsJson } from './totals-json.ts'
import { trialFilter } from './trial-filter.ts'
import { queryTrials, selectTrials } from './trial-query.ts'

/** Where files of trials are. */
export interface TrialFileOptions {
  /** What the command of a trial left, as JSON; undefined where it left nothing here. Default: no trial left anything. */
  readonly trialFiles?: (study: string, trial: number) => Promise<unknown>
  /** One of these files, by its path in the folder of the trial; undefined where there is none. Default: there is none. */
  readonly trialFile?: (study: string, trial: number, path: string) => Promise<KeptFile | undefined>
}

/** Everything that only looks. */
export function readRoutes(
  shelf: StudyShelf,
  streams: ChangeStreams,
  { readOnly = false, trialFiles, trialFile }: Access & TrialFileOptions,
): readonly Route[] {
  const open = (call: RouteCall) => shelf.open(studyId(call))
  return [
    ['GET', '/api', () => json(openApi())],
    ['GET', '/api/openapi.json', () => json(openApi())],
    ['GET', '/api/about', () => json({ storage: shelf.storage.url, readOnly })],
    ['GET', '/api/compare', (call) => compareAnswer(shelf, call)],
    ['GET', '/api/studies', async () => json((await shelf.list()).map(summaryJson))],
    ['GET', '/api/studies/:id', async (call) => json(studyJson(await open(call)))],
    ['GET', '/api/studies/:id/totals', (call) => totalsAnswer(shelf, call)],
    ['GET', '/api/studies/:id/trials', async (call) => trialsPage(await open(call), call.query)],
    ['GET', '/api/studies/:id/trials/:number', async (call) => trialAnswer(await open(call), call)],
    ['GET', '/api/studies/:id/trials/:number/files', (call) => filesAnswer(shelf, call, trialFiles)],
    ['GET', '/api/studies/:id/trials/:number/file', (call) => fileAnswer(shelf, call, trialFile)],
    [
      'GET',
      '/api/studies/:id/outlook',
      async (call) => json(await shelf.answer(studyId(call), 'outlook', outlookJson)),
    ],
    ['GET', '/api/studies/:id/charts/:kind', (call) => chartAnswer(shelf, call)],
    ['GET', '/api/studies/:id/export', async (call) => exportAnswer(await open(call), call.query)],
    ['GET', '/api/studies/:id/report', (call) => reportAnswer(shelf, call)],
    ['GET', '/api/studies/:id/events', async (call) => eventsAnswer(streams, studyId(call), await open(call))],
  ]
}

/** The study that a path names. @throws {HttpError} 404 where that is no number */
export function studyId({ params }: RouteCall): number {
  const { id = '' } = params
  if (!/^\d{1,15}$/.test(id)) throw new HttpError(404, `"${id}" is no study's number`)
  return Number(id)
}

/** The trial that a path names. @throws {HttpError} 404 where there is none */
export function trialOf({ study }: OpenedStudy, { params }: RouteCall) {
  const { number = '' } = params
  const trial = /^\d{1,15}$/.test(number) ? study.trials[Number(number)] : undefined
  if (trial === undefined) throw new HttpError(404, `There is no trial ${number}`)
  return trial
}

function trialsPage({ study }: OpenedStudy, query: URLSearchParams): Response {
  const { total, trials } = queryTrials(filteredTrials(study, query), study.goals, query)
  const rows = trials.map((trial) => {
    // Curves have a chart of their own.
    const { reports, ...row } = trialJson(trial, study.goals)
    return {
      ...row,
      ...standingJson(study.trials, trial),
      steps: reports.length,
      last: reports[reports.length - 1] ?? null,
    }
  })
  return json({ total, trials: rows })
}

async function totalsAnswer(shelf: StudyShelf, call: RouteCall): Promise<Response> {
  const key = JSON.stringify(call.query.getAll('range'))
  const totals = await shelf.answer(studyId(call), `totals ${key}`, ({ study }) =>
    totalsJson(filteredSource(study, filteredTrials(study, call.query))),
  )
  return json(totals)
}

function trialAnswer(opened: OpenedStudy, call: RouteCall): Response {
  return json(fullTrialJson(opened, trialOf(opened, call)))
}

async function filesAnswer(
  shelf: StudyShelf,
  call: RouteCall,
  trialFiles: TrialFileOptions['trialFiles'],
): Promise<Response> {
  const opened = await shelf.open(studyId(call))
  return json((await trialFiles?.(opened.study.name, trialOf(opened, call).number)) ?? null)
}

async function fileAnswer(
  shelf: StudyShelf,
  call: RouteCall,
  trialFile: TrialFileOptions['trialFile'],
): Promise<Response> {
  const opened = await shelf.open(studyId(call))
  const { number } = trialOf(opened, call)
  const file = await trialFile?.(opened.study.name, number, call.query.get('path') ?? '')
  if (file === undefined) throw new HttpError(404, `Trial ${number} has no such file here`)
  return keptFile(file)
}

async function chartAnswer(shelf: StudyShelf, call: RouteCall): Promise<Response> {
  const kind = CHART_KINDS.find((known) => known === call.params.kind)
  if (kind === undefined)
    throw new HttpError(404, `There is no chart "${call.params.kind}"; there are ${CHART_KINDS.join(', ')}`)
  const goal = Number(call.query.get('goal') ?? '0')
  const params = call.query.getAll('params').slice(0, 2)
  const key = JSON.stringify([kind, goal, params, call.query.getAll('range')])
  const chart = await shelf.answer(studyId(call), `chart ${key}`, ({ study }) => {
    // The way from the default to the winner leads through trials of its own, wherever these lie.
    const trials = kind === 'ablation' ? study.trials : filteredTrials(study, call.query)
    if (trials !== study.trials) return dataOf(filteredSource(study, trials), kind, { goal, params })
    return dataOf(study, kind, { goal, params, response: () => keptResponse(study, goal) })
  })
  if (call.query.get('format') !== 'svg') return json(chart ?? null)
  if (chart === undefined) throw new HttpError(404, 'There is nothing to draw yet')
  return svgResponse(drawChart(chart))
}

/** The trials that the ranges of a query let through. */
function filteredTrials(study: OpenedStudy['study'], query: URLSearchParams): readonly TrialRecord[] {
  const fits = trialFilter(query, study)
  return fits === undefined ? study.trials : study.trials.filter(fits)
}

function filteredSource(study: ChartSource, trials: readonly TrialRecord[]): ChartSource {
  const { name, goals, space, fidelity, defaults } = study
  return { name, goals, trials, space, fidelity, defaults }
}

function dataOf(study: ChartSource, kind: ChartKind, options: Omit<ChartOptions, 'now'>) {
  const { goal = 0, params = [] } = options
  if (study.goals[goal] === undefined) throw new HttpError(400, `goal is ${goal}; the study has ${study.goals.length}`)
  for (const path of params)
    if (!study.space.byName.has(path)) throw new HttpError(400, `There is no parameter "${path}"`)
  return chartData(study, kind, { ...options, now: Date.now() })
}

/** All trials that a query asks for, in its order and with its columns. */
function exportAnswer({ study }: OpenedStudy, query: URLSearchParams): Response {
  const { goals } = study
  const trials = selectTrials(filteredTrials(study, query), goals, query)
  const columns = query.has('column') ? new Set(query.getAll('column')) : undefined
  if (query.get('format') === 'json') {
    const lines = jsonArrayLines(trials, (trial) => trialJson(trial, goals, columns))
    return streamedFile('trials.json', 'application/json', lines)
  }
  return streamedFile('trials.csv', 'text/csv; charset=utf-8', trialsCsvLines(trials, goals, columns))
}

async function reportAnswer(shelf: StudyShelf, call: RouteCall): Promise<Response> {
  const { study } = await shelf.open(studyId(call))
  const against = await openedStudies(shelf, call.query.getAll('against'))
  const report = studyReport(study, Date.now(), { against, goal: call.query.get('goal') ?? undefined })
  // The file brings its own, stricter policy; this one must let its style stand.
  const policy =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
  return new Response(await reportHtml(report), {
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy },
  })
}

function eventsAnswer(streams: ChangeStreams, id: number, opened: OpenedStudy): Response {
  const stream = streams.open(id, opened)
  if (stream === undefined) throw new HttpError(503, 'Too many pages watch already; close some')
  return new Response(stream, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } })
}
