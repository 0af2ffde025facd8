import { maskedUrl } from '../storage/postgres-url.ts'
import { shellWord } from '../text/shell-word.ts'
import { programName } from './text/command-line.ts'

/** Flags that a resuming command replaces, with whether a value follows them. */
const REPLACED: { readonly [flag: string]: boolean } = {
  '--trials': true,
  '--resume': false,
  '--seed': true,
}
const URL_WITH_PASSWORD = /^(--storage=)?([a-z][a-z0-9+.-]*:\/\/.*)$/i

/** The command that started this process as a person would type it again, without trials, seed, `--resume` and passwords. */
export function startedWith(args: readonly string[], env: NodeJS.ProcessEnv): string {
  // Behind `--` stand the words of somebody else's command.
  const end = args.includes('--') ? args.indexOf('--') : args.length
  const kept: string[] = []
  for (let i = 0; i < end; i++) {
    const [flag = '', value] = (args[i] ?? '').split('=', 2)
    const takesValue = REPLACED[flag]
    if (takesValue === undefined) kept.push(shellWord(withoutPassword(args[i] ?? '')))
    else if (takesValue && value === undefined) i++
  }
  return [programName(env), ...kept, ...args.slice(end).map(shellWord)].join(' ')
}

/** The command with more flags: at its end, or before the words of somebody else's command. */
export function withFlags(command: string, flags: string): string {
  return command.replace(/(?= -- )|$/, ` ${flags}`)
}

function withoutPassword(word: string): string {
  return word.replace(URL_WITH_PASSWORD, (_, flag: string | undefined, url: string) => `${flag ?? ''}${maskedUrl(url)}`)
}
