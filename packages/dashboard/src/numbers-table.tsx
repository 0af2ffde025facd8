import { type ChartTable, countText } from 'diapason/charts'
import { Scroll } from './parts.tsx'

const ROWS_SHOWN = 100

/** The numbers behind a drawing; the first cells lead to their trials where `trialPath` says so. */
export function NumbersTable({
  table,
  name,
  trialPath,
}: {
  table: ChartTable
  name: string
  trialPath: ((number: string) => string) | undefined
}) {
  const shown = table.rows.slice(0, ROWS_SHOWN)
  const total = table.of ?? table.rows.length
  const pathOf = table.columns[0] === 'trial' ? trialPath : undefined
  return (
    <>
      <Scroll label={`Numbers: ${name}`}>
        <table>
          <thead>
            <tr>
              {table.columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={row[0]}>
                {row.map((cell, i) => (
                  <td key={table.columns[i]}>
                    {pathOf !== undefined && i === 0 ? <a href={pathOf(cell)}>{cell}</a> : cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {total > shown.length && (
        <p class="note">
          {countText(shown.length)} of {countText(total)} rows; all trials are under Trials.
        </p>
      )}
    </>
  )
}
