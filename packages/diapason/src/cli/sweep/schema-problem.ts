import type { z } from 'zod'
import { closestName } from '../../text/closest-name.ts'

/** One thing that is wrong in a file: where, what, and what to do. */
export interface SchemaProblem {
  readonly path: readonly PropertyKey[]
  /** What of the path's end is wrong. */
  readonly which: 'value' | 'key'
  readonly problem: string
  readonly remedy: string
}

type Issue = z.core.$ZodIssue

/** The first problem of a file that does not follow its schema, in words. */
export function schemaProblem(error: z.ZodError, data: unknown, known: readonly string[]): SchemaProblem {
  const issue = deepest(error.issues)
  const { path } = issue
  if (issue.code === 'unrecognized_keys') return unknownKey(path, issue.keys[0] ?? '', path.length === 0 ? known : [])
  const value = valueAt(data, path)
  if (value === undefined && path.length > 0) return missing(path)
  const problem = `${path.map(String).join('.') || 'the file'} is ${inWords(value)}`
  return { path, which: 'value', problem, remedy: `Write ${expected(issue)}` }
}

function unknownKey(path: readonly PropertyKey[], key: string, known: readonly string[]): SchemaProblem {
  const where = path.length === 0 ? '' : ` in ${path.map(String).join('.')}`
  const close = closestName(key, known)
  const list = known.length === 0 ? 'Leave it out, or correct its name' : `Known are ${known.join(', ')}`
  return {
    path: [...path, key],
    which: 'key',
    problem: `there is no "${key}"${where}`,
    remedy: close === undefined ? list : `Did you mean ${close}? ${list}`,
  }
}

/** What could stand there: what the schema says of it in words, else what follows from its kind. */
function expected(issue: Issue): string {
  // Zod's own sentences begin so.
  if (!issue.message.startsWith('Invalid')) return issue.message
  switch (issue.code) {
    case 'invalid_type':
      return kindWord(issue.expected)
    case 'invalid_value':
      return issue.values.map(String).join(' or ')
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? `one of ${issue.options.map(String).join(', ')}`
        : [
            ...new Set(
              issue.errors.flat().flatMap((each) => (each.code === 'invalid_type' ? [kindWord(each.expected)] : [])),
            ),
          ].join(' or ')
    default:
      return issue.message
  }
}

function missing(path: readonly PropertyKey[]): SchemaProblem {
  const key = String(path.at(-1))
  const above = path.slice(0, -1).map(String).join('.')
  const problem = above === '' ? `"${key}" is missing` : `${above} lacks "${key}"`
  return { path: path.slice(0, -1), which: 'key', problem, remedy: `Add ${key}` }
}

/** Of a union the alternative that got furthest: what was meant. */
function deepest(issues: readonly Issue[]): Issue {
  const [first] = issues
  if (first === undefined) throw new Error('a schema failed without an issue')
  if (first.code !== 'invalid_union' || first.errors.length === 0) return first
  const candidates = first.errors.flatMap((errors) => (errors.length === 0 ? [] : [deepest(errors)]))
  const meant = candidates.find(
    (issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys' || issue.code === 'invalid_format',
  )
  return meant === undefined ? first : ({ ...meant, path: [...first.path, ...meant.path] } as Issue)
}

const KINDS: { readonly [kind: string]: string } = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'names with values',
  record: 'names with values',
}

const kindWord = (kind: string) => KINDS[kind] ?? kind

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let value = data
  for (const key of path) value = (value as { [key: PropertyKey]: unknown } | null | undefined)?.[key]
  return value
}

function inWords(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'a group of names' : JSON.stringify(value)
}
