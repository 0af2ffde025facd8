import { mean, standardDeviation } from '../../../packages/diapason/src/math/stats.ts'
import type { Suite } from '../suites.ts'
import type { Task } from '../tasks/task.ts'
import type { Cell } from './scores.ts'

const PANEL = { width: 300, height: 210, left: 46, top: 24, right: 10, bottom: 30 }
const COLUMNS = 3
const POINTS = 24
const COLOURS = [
  '#c1121f',
  '#1d4e89',
  '#f79824',
  '#00a878',
  '#7b2d8b',
  '#8d6a3f',
  '#e377c2',
  '#5c6b73',
  '#17a2b8',
  '#9aa200',
]
const LINE_HEIGHT = 16

/** A contestant's course on a task: geometric mean of regret over seeds, with a 95 % interval, in decimal logarithms. */
export interface Course {
  readonly at: readonly number[]
  readonly middle: readonly number[]
  readonly half: readonly number[]
}

/** The course of a cell at points that are even on a log scale, from the first evaluation to the last. */
export function courseOf(cell: Cell): Course {
  const last = cell.task.evaluations
  const at = [...new Set(Array.from({ length: POINTS }, (_, i) => Math.round(last ** (i / (POINTS - 1)))))]
  const logs = at.map((n) => cell.regrets(n).map((regret) => Math.log10(Math.max(regret, cell.task.floor))))
  const count = cell.seeds.length
  return {
    at,
    middle: logs.map((list) => mean(list)),
    half: logs.map((list) => (count < 2 ? 0 : (1.96 * standardDeviation(list)) / Math.sqrt(count))),
  }
}

/**
 * Anytime curves of a suite, one panel a task, as an SVG that stands alone.
 * @param contestants in the order of the legend; the first is drawn thickest
 */
export function anytimePlot(
  suite: Suite,
  cells: readonly Cell[],
  contestants: readonly { readonly id: string; readonly label: string }[],
): string {
  const tasks = suite.tasks.filter((task) => cells.some((cell) => cell.task === task))
  const rows = Math.ceil(tasks.length / COLUMNS)
  const legendRows = Math.ceil(contestants.length / COLUMNS)
  const width = COLUMNS * PANEL.width
  const height = 40 + rows * PANEL.height + legendRows * LINE_HEIGHT + 8
  const colourOf = (i: number) => COLOURS[i % COLOURS.length]!
  const panels = tasks.map((task, i) => {
    const x = (i % COLUMNS) * PANEL.width
    const y = 34 + Math.floor(i / COLUMNS) * PANEL.height
    const courses = contestants.flatMap(({ id }, c) => {
      const cell = cells.find((one) => one.task === task && one.contestant === id)
      return cell === undefined ? [] : [{ course: courseOf(cell), colour: colourOf(c), isFirst: c === 0 }]
    })
    return `<g transform="translate(${x} ${y})">${panel(task, courses, suite.curves)}</g>`
  })
  const legend = contestants.map(({ label }, i) => {
    const x = 20 + (i % COLUMNS) * PANEL.width
    const y = 34 + rows * PANEL.height + 12 + Math.floor(i / COLUMNS) * LINE_HEIGHT
    return `<path d="M${x} ${y - 4}h20" stroke="${colourOf(i)}" stroke-width="${i === 0 ? 3 : 1.5}"/><text x="${x + 26}" y="${y}">${escapeXml(label)}</text>`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="11" fill="#222">`,
    `<title>${escapeXml(suite.title)}: regret along the search</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="10" y="18" font-size="13" font-weight="600">${escapeXml(suite.title)}</text>`,
    ...panels,
    ...legend,
    '</svg>',
    '',
  ].join('\n')
}

type Drawn = { readonly course: Course; readonly colour: string; readonly isFirst: boolean }

function panel(task: Task, courses: readonly Drawn[], curves: boolean): string {
  const { width, height, left, top, right, bottom } = PANEL
  const ends = courses.flatMap(({ course }) => course.middle).filter(Number.isFinite)
  const low = Math.min(...ends)
  const high = Math.max(...ends, low + 0.1)
  const x = (n: number) => left + (Math.log10(n) / Math.log10(task.evaluations)) * (width - left - right)
  const y = (log: number) => {
    const inside = Math.min(Math.max((high - log) / (high - low), -0.02), 1.02)
    return top + inside * (height - top - bottom)
  }
  const point = (n: number, log: number) => `${x(n).toFixed(1)} ${y(log).toFixed(1)}`
  const bands = courses.map(({ course: { at, middle, half }, colour }) => {
    const up = at.map((n, i) => point(n, middle[i]! + half[i]!))
    const down = at.map((n, i) => point(n, middle[i]! - half[i]!)).reverse()
    return `<path d="M${[...up, ...down].join('L')}Z" fill="${colour}" opacity="0.1"/>`
  })
  const lines = courses.toReversed().map(({ course: { at, middle }, colour, isFirst }) => {
    const path = at.map((n, i) => point(n, middle[i]!)).join('L')
    return `<path d="M${path}" fill="none" stroke="${colour}" stroke-width="${isFirst ? 2.6 : 1.2}"/>`
  })
  const yTicks = ticksBetween(low, high).map(
    (log) =>
      `<path d="M${left} ${y(log).toFixed(1)}H${width - right}" stroke="#ddd"/><text x="${left - 4}" y="${(y(log) + 4).toFixed(1)}" text-anchor="end">${powerText(log)}</text>`,
  )
  const xTicks = [1, 2, 5, 10, 20, 50, 100, 200]
    .filter((n) => n <= task.evaluations)
    .map((n) => `<text x="${x(n).toFixed(1)}" y="${height - bottom + 13}" text-anchor="middle">${n}</text>`)
  const axis = `<text x="${(left + width - right) / 2}" y="${height - bottom + 26}" text-anchor="middle" fill="#666">${curves ? 'full trainings' : 'evaluations'}</text>`
  const frame = `<path d="M${left} ${top}V${height - bottom}H${width - right}" fill="none" stroke="#888"/>`
  return [
    `<text x="${left}" y="${top - 8}" font-weight="600">${escapeXml(task.name)}</text>`,
    ...yTicks,
    ...bands,
    ...lines,
    frame,
    ...xTicks,
    axis,
  ].join('')
}

/** Whole or half decades, whichever gives two to seven lines; finer where a panel spans less. */
function ticksBetween(low: number, high: number): number[] {
  for (const step of [2, 1, 0.5, 0.25, 0.1, 0.05]) {
    const first = Math.ceil(low / step)
    const count = Math.floor(high / step) - first + 1
    if (count >= 2) return Array.from({ length: Math.min(count, 8) }, (_, i) => (first + i) * step)
  }
  return []
}

/** 10 to a power, as a person reads it. */
function powerText(log: number): string {
  const value = 10 ** log
  return value >= 0.01 && value < 1000 ? String(Number(value.toPrecision(2))) : value.toExponential(0)
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
