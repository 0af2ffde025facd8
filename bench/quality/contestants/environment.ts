import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A Python with what some peers need, or why there is none. */
export type Environment = { readonly python: string } | { readonly missing: string }

const REQUIREMENTS = join(import.meta.dirname, '../peers')
const STAMP = 'diapason-requirements'

/**
 * The environment of `peers/NAME.requirements.txt`, made on first use below the user's cache folder and made again when that
 * file changes. What stands in `peers/NAME.no-deps.txt` is then installed without what it asks for.
 * @param install false: only look whether it is there
 */
export async function environmentOf(name: string, install: boolean): Promise<Environment> {
  const requirements = join(REQUIREMENTS, `${name}.requirements.txt`)
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
  const folder = join(cache, 'diapason', 'race', name)
  const python = join(folder, 'bin', 'python')
  const stamp = join(folder, STAMP)
  const alone = join(REQUIREMENTS, `${name}.no-deps.txt`)
  const hash = createHash('sha256').update(readFileSync(requirements))
  const wanted = (existsSync(alone) ? hash.update(readFileSync(alone)) : hash).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return { python }
  if (!install) return { missing: 'its Python environment is not set up; run with --install' }
  try {
    mkdirSync(folder, { recursive: true })
    await run(process.env.PYTHON ?? 'python3', ['-m', 'venv', folder])
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check']
    await run(python, [...pip, '-r', requirements])
    if (existsSync(alone)) await run(python, [...pip, '--no-deps', '-r', alone])
    writeFileSync(stamp, wanted)
    return { python }
  } catch (error) {
    return { missing: `does not install: ${lastLine(error)}` }
  }
}

function lastLine(error: unknown): string {
  const text = String((error as { stderr?: string }).stderr || (error as Error).message)
  const lines = text.trim().split('\n')
  return lines.findLast((line) => line.startsWith('ERROR')) ?? lines[lines.length - 1] ?? 'no reason given'
}
