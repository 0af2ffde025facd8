import { OptionError } from '../errors.ts'

/** A study's name as every engine takes it: lower-case letters, digits and hyphens, 40 at most. */
export function fleetNameOf(study: string): string {
  const name = study
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, '')
  return name === '' ? 'study' : name
}

/** @throws {OptionError} where an engine would not take the name */
export function checkFleetName(name: string): string {
  if (fleetNameOf(name) === name) return name
  throw new OptionError(
    `"${name}" is no name for a fleet`,
    `Use lower-case letters, digits and hyphens, 40 at most: ${fleetNameOf(name)}`,
  )
}
