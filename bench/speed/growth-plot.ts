/** Milliseconds a suggestion, by the number of finished trials. */
export interface GrowthLine {
  readonly label: string
  readonly points: readonly (readonly [trials: number, milliseconds: number])[]
}

const WIDTH = 640
const HEIGHT = 380
const LEFT = 60
const TOP = 36
const RIGHT = 150
const BOTTOM = 44
const COLOURS = ['#c1121f', '#1d4e89', '#f79824', '#00a878', '#7b2d8b', '#8d6a3f']

/**
 * Both axes logarithmic, whole decades, as an SVG that stands alone. A line is named at its right end.
 * @param lines of positive numbers
 */
export function growthPlot(lines: readonly GrowthLine[]): string {
  const points = lines.flatMap((line) => line.points)
  const xs = decades(points.map(([trials]) => trials))
  const ys = decades(points.map(([, milliseconds]) => milliseconds))
  const x = (trials: number) => LEFT + share(trials, xs) * (WIDTH - LEFT - RIGHT)
  const y = (milliseconds: number) => HEIGHT - BOTTOM - share(milliseconds, ys) * (HEIGHT - TOP - BOTTOM)
  const at = (value: number) => value.toFixed(1)
  const grid = [
    ...ys.map(
      (tick) =>
        `<path d="M${LEFT} ${at(y(tick))}H${WIDTH - RIGHT}" stroke="#ddd"/><text x="${LEFT - 6}" y="${at(y(tick) + 4)}" text-anchor="end">${tick}</text>`,
    ),
    ...xs.map(
      (tick) =>
        `<text x="${at(x(tick))}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${tick.toLocaleString('en')}</text>`,
    ),
  ]
  const drawn = lines.map(({ points: own }, i) => {
    const path = own.map(([trials, milliseconds]) => `${at(x(trials))} ${at(y(milliseconds))}`).join('L')
    return `<path d="M${path}" fill="none" stroke="${COLOURS[i % COLOURS.length]}" stroke-width="2"/>`
  })
  const places = spread(lines.map(({ points: own }) => y(own.at(-1)![1])))
  const names = lines.map(
    ({ label, points: own }, i) =>
      `<path d="M${at(x(own.at(-1)![0]))} ${at(y(own.at(-1)![1]))}L${WIDTH - RIGHT + 6} ${at(places[i]!)}" stroke="${COLOURS[i % COLOURS.length]}" stroke-dasharray="2 3" fill="none"/>` +
      `<text x="${WIDTH - RIGHT + 10}" y="${at(places[i]! + 4)}" fill="${COLOURS[i % COLOURS.length]}">${label}</text>`,
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="#222">`,
    '<title>Milliseconds a suggestion by the length of the history</title>',
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="10" y="20" font-size="13" font-weight="600">CPU milliseconds a suggestion, 10 parameters</text>`,
    ...grid,
    ...drawn,
    ...names,
    `<path d="M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - RIGHT}" fill="none" stroke="#888"/>`,
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 8}" text-anchor="middle" fill="#666">finished trials</text>`,
    '</svg>',
    '',
  ].join('\n')
}

/** The powers of ten around some numbers. */
function decades(values: readonly number[]): number[] {
  // A little less and more, so that rounding of the logarithm adds no decade.
  const first = Math.floor(Math.log10(Math.min(...values)) + 1e-9)
  const last = Math.ceil(Math.log10(Math.max(...values)) - 1e-9)
  return Array.from({ length: Math.max(1, last - first) + 1 }, (_, i) => Number(`1e${first + i}`))
}

function share(value: number, ticks: readonly number[]): number {
  const [low, high] = [Math.log10(ticks[0]!), Math.log10(ticks.at(-1)!)]
  return (Math.log10(value) - low) / (high - low)
}

/** Places of names that do not overlap, in the order given: pushed down where they would. */
function spread(wanted: readonly number[]): number[] {
  const places = [...wanted]
  let above = Number.NEGATIVE_INFINITY
  for (const i of [...wanted.keys()].sort((a, b) => wanted[a]! - wanted[b]!)) {
    places[i] = Math.max(wanted[i]!, above + 15)
    above = places[i]!
  }
  return places
}
