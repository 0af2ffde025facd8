import { shellWord } from '../../text/shell-word.ts'
import { DEFAULT_STORAGE } from '../defaults.ts'

/** How the person calls Diapason: what is shown as the next command must work where it was shown. */
export function programName(env: NodeJS.ProcessEnv = process.env): string {
  if (env.npm_lifecycle_event === 'diapason') return 'npm run -s diapason --'
  if (env.npm_command === 'exec') return 'npx diapason'
  return 'diapason'
}

/** `diapason show digits --storage sqlite:demo.db`, without what is the default anyway. */
export function studyCommand(command: string, study: string, storage: string): string {
  const where = storage === DEFAULT_STORAGE ? '' : ` --storage ${shellWord(storage)}`
  return `${programName()} ${command} ${shellWord(study)}${where}`
}
