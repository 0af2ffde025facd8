import { compareStudies } from '../analysis/study-comparison.ts'
import { comparisonChart } from '../charts/comparison-chart.ts'
import { svgResponse } from './file-response.ts'
import { HttpError } from './http-error.ts'
import { json } from './json-response.ts'
import type { RouteCall } from './router.ts'
import type { ShownStudy, StudyShelf } from './study-shelf.ts'

/** More lines than this cannot be told apart. */
const MOST_STUDIES = 6

const WANTED = `Give the numbers of two to ${MOST_STUDIES} studies: study=1&study=2`

/** The studies of a list of numbers. @throws {HttpError} 400 on more than six, one that comes twice, or what is no number */
export async function openedStudies(shelf: StudyShelf, ids: readonly string[]): Promise<readonly ShownStudy[]> {
  const isUsable = ids.every((id) => /^\d{1,15}$/.test(id)) && new Set(ids).size === ids.length
  if (!isUsable || ids.length > MOST_STUDIES) throw new HttpError(400, WANTED)
  const opened = await Promise.all(ids.map((id) => shelf.open(Number(id))))
  return opened.map(({ study }) => study)
}

/** `/api/compare?study=1&study=2`: studies that share a goal, side by side. @throws {HttpError} 400 on fewer than two or more than six */
export async function compareAnswer(shelf: StudyShelf, { query }: RouteCall): Promise<Response> {
  const ids = query.getAll('study')
  if (ids.length < 2) throw new HttpError(400, WANTED)
  const data = compareStudies(await openedStudies(shelf, ids), query.get('goal') ?? undefined)
  if (query.get('format') === 'svg') return svgResponse(comparisonChart(data))
  return json({ ids: ids.map(Number), ...data })
}
