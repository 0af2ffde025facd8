import { type AxisRange, type ParallelLayout, type ParamAxis, valueAt } from 'diapason/charts'
import { placeWords } from './filters.ts'

/** Steps of a slider over numbers. */
const STEPS = 100

/** What the keyboard, or a finger, chooses ranges with: two sliders for each axis. */
export function FilterSliders({
  layout: { axes, top, bottom },
  params,
  ranges,
  onRange,
}: {
  layout: ParallelLayout
  /** By axis; the goal's is undefined. */
  params: readonly ParamAxis[]
  ranges: readonly (AxisRange | undefined)[]
  onRange: (axis: number, range: AxisRange | undefined) => void
}) {
  return (
    <details class="sliders">
      <summary>Filter by sliders</summary>
      {axes.map((axis, i) => {
        const last = axis.hasCategories ? axis.high : STEPS
        const range = ranges[i]
        const toStep = (value: number, open: number) => {
          if (!Number.isFinite(value)) return open
          return axis.hasCategories ? value : Math.round((STEPS * (bottom - axis.scale.at(value))) / (bottom - top))
        }
        const toValue = (step: number) =>
          axis.hasCategories ? step : Number(valueAt(axis, bottom - (step / STEPS) * (bottom - top)).toPrecision(4))
        const [from, to] = [toStep(range?.low ?? Number.NaN, 0), toStep(range?.high ?? Number.NaN, last)]
        const choose = (low: number, high: number) => {
          if (low <= 0 && high >= last) onRange(i, undefined)
          else
            onRange(i, {
              low: low <= 0 ? Number.NEGATIVE_INFINITY : toValue(low),
              high: high >= last ? Number.POSITIVE_INFINITY : toValue(high),
            })
        }
        const slider = (end: 'from' | 'to', step: number, onStep: (step: number) => void) => (
          <input
            type="range"
            class="slide"
            min={0}
            max={last}
            value={step}
            aria-label={`${axis.name}, ${end}`}
            aria-valuetext={placeWords(params[i], toValue(step))}
            onChange={(event) => onStep(Number(event.currentTarget.value))}
          />
        )
        return (
          <div key={axis.name} class="slider">
            <span>{axis.name}</span>
            {slider('from', from, (step) => choose(Math.min(step, to), to))}
            {slider('to', to, (step) => choose(from, Math.max(step, from)))}
            <span class="faint">
              {range === undefined
                ? 'all'
                : `${placeWords(params[i], toValue(from))} to ${placeWords(params[i], toValue(to))}`}
            </span>
          </div>
        )
      })}
    </details>
  )
}
