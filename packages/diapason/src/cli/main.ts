// The entry of the command line: parses, dispatches, and turns whatever happens into one line and an exit code.
import { endWhenOutputCloses } from './closed-output.ts'
import { failureOf } from './exit-codes.ts'
import { createProgram } from './program.ts'

endWhenOutputCloses()
try {
  await createProgram().parseAsync()
} catch (thrown) {
  const { line, code } = failureOf(thrown)
  if (line !== undefined) process.stderr.write(`error: ${line}\n`)
  process.exitCode = code
}
// A study file may have left timers or connections open; what was written still goes out first.
process.stdout.write('', () => process.exit())
