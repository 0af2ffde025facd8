import { programName, shellWord } from './text/command-line.ts'

/** Flags that a resuming command replaces, with whether a value follows them. */
const REPLACED: { readonly [flag: string]: boolean } = {
  '--trials': true,
  '--resume': false,
  '--seed': true,
}

/** The command that started this process as a person would type it again, without trials, seed and `--resume`. */
export function startedWith(args: readonly string[], env: NodeJS.ProcessEnv): string {
  const kept: string[] = []
  for (let i = 0; i < args.length; i++) {
    const [flag = '', value] = (args[i] ?? '').split('=', 2)
    const takesValue = REPLACED[flag]
    if (takesValue === undefined) kept.push(shellWord(args[i] ?? ''))
    else if (takesValue && value === undefined) i++
  }
  return [programName(env), ...kept].join(' ')
}
