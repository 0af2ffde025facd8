type TablePrediction = import('@diapason/neural').TablePrediction

/** Seven digits: what a network's 32-bit numbers hold. */
const rounded = (value: number): number => Number(value.toPrecision(7))

/** A header and a line a row. */
export function predictionCsv(target: string, prediction: TablePrediction): string {
  if (prediction.kind === 'numbers') {
    return lines([quoted(target), ...Array.from(prediction.values, (value) => String(rounded(value)))])
  }
  const { classes, labels, probabilities } = prediction
  const header = [quoted(target), ...classes.map((name) => quoted(`probability:${name}`))].join(',')
  const names = classes.map(quoted)
  const rows = Array.from(labels, (label, row) => {
    const own = probabilities.subarray(row * classes.length, (row + 1) * classes.length)
    return [names[label], ...Array.from(own, rounded)].join(',')
  })
  return lines([header, ...rows])
}

/** An object a line. */
export function predictionJson(target: string, prediction: TablePrediction): string {
  if (prediction.kind === 'numbers') {
    return lines(Array.from(prediction.values, (value) => JSON.stringify({ [target]: rounded(value) })))
  }
  const { classes, labels, probabilities } = prediction
  return lines(
    Array.from(labels, (label, row) => {
      const own = classes.map((name, i) => [name, rounded(probabilities[row * classes.length + i] ?? Number.NaN)])
      return JSON.stringify({ [target]: classes[label], probabilities: Object.fromEntries(own) })
    }),
  )
}

const lines = (rows: readonly string[]): string => rows.map((row) => `${row}\n`).join('')
const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
