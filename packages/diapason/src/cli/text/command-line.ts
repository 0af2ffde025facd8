import { DEFAULT_STORAGE } from '../defaults.ts'

/** How the person calls Diapason: what is shown as the next command must work where it was shown. */
export function programName(env: NodeJS.ProcessEnv = process.env): string {
  if (env.npm_lifecycle_event === 'diapason') return 'npm run -s diapason --'
  if (env.npm_command === 'exec') return 'npx diapason'
  return 'diapason'
}

/** A word as a shell takes it for one. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

/** `diapason show digits --storage sqlite:demo.db`, without what is the default anyway. */
export function studyCommand(command: string, study: string, storage: string): string {
  const where = storage === DEFAULT_STORAGE ? '' : ` --storage ${shellWord(storage)}`
  return `${programName()} ${command} ${shellWord(study)}${where}`
}
