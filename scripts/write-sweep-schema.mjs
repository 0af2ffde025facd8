// Writes the JSON Schema of sweep files that the package ships, from the definition that also checks them: npm run schema.
// A test fails where the two differ.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sweepJsonSchema } from '../packages/diapason/src/cli/sweep/sweep-schema.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const file = join(root, 'packages/diapason/schema/sweep.json')
mkdirSync(dirname(file), { recursive: true })
writeFileSync(file, `${JSON.stringify(sweepJsonSchema(), undefined, 2)}\n`)
