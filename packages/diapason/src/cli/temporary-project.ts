import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
const PACKAGE = fileURLToPath(new URL('../..', import.meta.url))

/** How a command ended and what it wrote. */
export interface Finished {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A command that runs. */
export interface Running {
  readonly child: ChildProcess
  readonly done: Promise<Finished>
  /** Waits until stdout matches; throws where the command ends before. */
  sees(pattern: RegExp): Promise<void>
}

/** A folder with files in which `diapason` is installed, for tests of the command line in real processes. */
export interface TemporaryProject extends Disposable {
  readonly folder: string
  write(name: string, text: string): void
  start(...args: readonly string[]): Running
  run(...args: readonly string[]): Promise<Finished>
}

/** Makes a project; commands run from the sources. */
export function temporaryProject(files: { readonly [name: string]: string } = {}): TemporaryProject {
  const folder = mkdtempSync(join(tmpdir(), 'diapason-cli-'))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(PACKAGE, join(folder, 'node_modules/diapason'), 'junction')
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
  for (const [name, text] of Object.entries(files)) write(name, text)
  const start = (...args: readonly string[]) => startCommand(folder, args)
  return {
    folder,
    write,
    start,
    run: (...args) => start(...args).done,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function startCommand(cwd: string, args: readonly string[]): Running {
  // Stripping the types of our sources takes most of a short command's time: Node keeps the outcome.
  const cache = join(tmpdir(), 'diapason-compile-cache')
  const env = { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '', NODE_COMPILE_CACHE: cache }
  const child = spawn(process.execPath, ['--conditions=@diapason/source', MAIN, ...args], { cwd, env })
  let stdout = ''
  let stderr = ''
  let onText = () => {}
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    onText()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const done = new Promise<Finished>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
  const sees = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      onText = () => {
        if (pattern.test(stdout)) resolve()
      }
      onText()
      void done.then(() => reject(new Error(`ended without ${pattern}:\n${stdout}\n${stderr}`)))
    })
  return { child, done, sees }
}
