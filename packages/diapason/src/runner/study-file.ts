import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { basename, extname, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { DiapasonError, messageOf } from '../errors.ts'
import type { StudyDefinition } from '../study/define-study.ts'
import type { Goals } from '../study/goals.ts'
import { placeIn } from './thrown.ts'

/** A study definition whose types nobody but the study file knows. */
export type AnyStudyDefinition = StudyDefinition<unknown, Goals>

/** A study file that cannot be used: missing, not loadable, or without a study definition. */
export class StudyFileError extends DiapasonError {
  override readonly name = 'StudyFileError'
}

const EXTENSIONS = ['.ts', '.mts', '.js', '.mjs']

/**
 * Loads a study file and takes its default export.
 * @param path from the current folder, or absolute; Node itself runs `.ts`, `.mts`, `.js` and `.mjs`
 * @throws {StudyFileError} in one line, with the place in the file where it is known
 */
export async function loadStudyFile(path: string): Promise<AnyStudyDefinition> {
  const file = resolve(path)
  const stats = statSync(file, { throwIfNoEntry: false })
  if (stats === undefined) throw new StudyFileError(`There is no file ${path}`, 'Give the path of a study file')
  if (stats.isDirectory()) throw new StudyFileError(`${path} is a folder`, 'Give the path of a study file')
  if (!EXTENSIONS.includes(extname(file))) {
    throw new StudyFileError(`${path} is no study file`, `Give a module that ends in ${EXTENSIONS.join(', ')}`)
  }
  return definitionIn(await importModule(file, path), path)
}

async function importModule(file: string, path: string): Promise<{ readonly [name: string]: unknown }> {
  const { href } = pathToFileURL(file)
  const format = /ts$/.test(file) ? 'module-typescript' : 'module'
  // A module whatever package.json says: `npm init` writes "type": "commonjs", and without any type Node warns.
  const hooks = registerHooks({
    load: (url, context, next) => next(url, url === href ? { ...context, format } : context),
  })
  try {
    return await import(href)
  } catch (thrown) {
    throw unloadable(thrown, file, path)
  } finally {
    hooks.deregister()
  }
}

function unloadable(thrown: unknown, file: string, path: string): StudyFileError {
  const code = (thrown as { code?: unknown } | null)?.code
  const [first = ''] = messageOf(thrown).trim().split('\n')
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : ''
  const place = placeIn(stack, file) ?? (thrown instanceof SyntaxError ? checkedPlace(file) : undefined) ?? path
  const options = { cause: thrown }
  if (code === 'ERR_MODULE_NOT_FOUND') {
    const missing = /Cannot find package '([^']+)'/.exec(first)?.[1]
    const problem = `${place}: ${first.replace(/ imported from .*$/, '')}`
    const remedy = missing === undefined ? 'Mend the path of the import' : `Install it: npm install ${missing}`
    return new StudyFileError(problem, remedy, options)
  }
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') {
    const remedy = 'Use types that can be erased (no enum, namespace or parameter property), or compile the file'
    return new StudyFileError(`${place}: ${sentence(first)}`, remedy, options)
  }
  if (thrown instanceof SyntaxError || code === 'ERR_INVALID_TYPESCRIPT_SYNTAX') {
    return new StudyFileError(`${place}: syntax error: ${sentence(first)}`, 'Mend the file', options)
  }
  return new StudyFileError(`${place} threw while it was loaded: ${sentence(first)}`, 'Mend it and run again', options)
}

/** Node keeps the place of a JavaScript syntax error to itself, except where it prints it. */
function checkedPlace(file: string): string | undefined {
  const { stderr } = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8', timeout: 5000 })
  return placeIn(stderr ?? '', file)
}

const sentence = (text: string) => text.replace(/\.$/, '')

function definitionIn(module: { readonly [name: string]: unknown }, path: string): AnyStudyDefinition {
  const found = module.default
  const example = 'Write `export default defineStudy({ goals, space, objective })`'
  if (found === undefined) throw new StudyFileError(`${path} has no default export`, example)
  if (!isObject(found)) throw new StudyFileError(`The default export of ${path} is ${kindOf(found)}, no study`, example)
  if ('objective' in found && 'space' in found) {
    throw new StudyFileError(`The default export of ${path} is a plain object`, 'Wrap it in `defineStudy({ … })`')
  }
  const { settings, objective, budget } = found
  if (!isObject(settings) || !isObject(budget)) {
    throw new StudyFileError(`The default export of ${path} is no study definition`, example)
  }
  if (typeof objective !== 'function') {
    throw new StudyFileError(`The objective of ${path} is ${kindOf(objective)}`, 'Give a function of the parameters')
  }
  if (!isObject(settings.goals)) {
    throw new StudyFileError(`The goals of ${path} are ${kindOf(settings.goals)}`, "Write goals: { loss: 'minimize' }")
  }
  if (!isObject(settings.space) && typeof settings.space !== 'function') {
    throw new StudyFileError(`The space of ${path} is ${kindOf(settings.space)}`, 'Give an object of parameters')
  }
  // The shape was checked above; goals, space and budget are checked where they are used.
  return found as unknown as AnyStudyDefinition
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** The name of a study file without folder and extension: `tune` for `./studies/tune.ts`. */
export function studyNameOf(path: string): string {
  const name = basename(path.startsWith('file:') ? fileURLToPath(path) : path)
  return name.slice(0, name.length - extname(name).length) || name
}
