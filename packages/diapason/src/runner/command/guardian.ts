import { type ChildProcess, spawn } from 'node:child_process'

/** Ends what runs when this process is killed without a chance to do it itself. */
export interface Guardian {
  watch(group: number): void
  forget(group: number): void
  /** Nothing is watched any more. */
  close(): void
}

// It reads `+GROUP` and `-GROUP`. The pipe ends when whoever holds its other end is gone, however that came about.
const SCRIPT = `
groups=' '
while read -r line; do
  case $line in
    +*) groups="$groups\${line#+} " ;;
    -*) groups="\${groups%% \${line#-} *} \${groups#* \${line#-} }" ;;
  esac
done
for group in $groups; do kill -s TERM -- "-$group" 2>/dev/null; done
[ "$groups" = ' ' ] || sleep "$1"
for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done`

/**
 * Starts a guardian: a shell of a few hundred kilobytes in a process group of its own. Where there is no POSIX shell
 * (Windows) nobody guards, and commands survive a killed `diapason`.
 */
export function startGuardian(graceMs: number): Guardian {
  if (process.platform === 'win32') return { watch() {}, forget() {}, close() {} }
  const shell: ChildProcess = spawn('/bin/sh', ['-c', SCRIPT, 'diapason-guardian', String(graceMs / 1000)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  shell.on('error', () => {})
  shell.stdin?.on('error', () => {})
  shell.unref()
  const send = (text: string) => void shell.stdin?.write(text)
  return {
    watch: (group) => send(`+${group}\n`),
    forget: (group) => send(`-${group}\n`),
    close: () => shell.stdin?.end(),
  }
}
