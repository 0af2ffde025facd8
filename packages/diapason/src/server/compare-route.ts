import { compareStudies } from '../analysis/study-comparison.ts'
import { comparisonChart } from '../charts/comparison-chart.ts'
import { svgResponse } from './file-response.ts'
import { HttpError } from './http-error.ts'
import { json } from './json-response.ts'
import type { RouteCall } from './router.ts'
import type { StudyShelf } from './study-shelf.ts'

/** More lines than this cannot be told apart. */
const MOST_STUDIES = 6

/** `/api/compare?study=1&study=2`: studies that share a goal, side by side. @throws {HttpError} 400 on fewer than two or more than six */
export async function compareAnswer(shelf: StudyShelf, { query }: RouteCall): Promise<Response> {
  const ids = query.getAll('study')
  const isUsable = ids.every((id) => /^\d{1,15}$/.test(id)) && new Set(ids).size === ids.length
  if (!isUsable || ids.length < 2 || ids.length > MOST_STUDIES)
    throw new HttpError(400, `Give the numbers of two to ${MOST_STUDIES} studies: study=1&study=2`)
  const opened = await Promise.all(ids.map((id) => shelf.open(Number(id))))
  const data = compareStudies(
    opened.map(({ study }) => study),
    query.get('goal') ?? undefined,
  )
  if (query.get('format') === 'svg') return svgResponse(comparisonChart(data))
  return json({ ids: ids.map(Number), ...data })
}
