import { type ChildProcess, spawn } from 'node:child_process'
import type { LeaseLeft } from '../../study/events.ts'
import { ENDING_MS } from '../../study/recovery.ts'

/** Ends what runs when this process is killed, or suspended for too long, without a chance to do it itself. */
export interface Guardian {
  watch(group: number): void
  forget(group: number): void
  /** Until when all groups may go on; each call replaces the one before. */
  limit(lease: LeaseLeft): void
  /** Nothing is watched any more. */
  close(): void
}

// It reads `+GROUP`, `-GROUP`, and `=SECONDS GRACE`: in so many seconds all are to end unless another line of that kind comes,
// which does not happen while whoever writes them is suspended. The pipe ends when its other end is gone, however that came about.
const SCRIPT = `
groups=' '
timer=
signal() { for group in $groups; do kill -s "$1" -- "-$group" 2>/dev/null; done; }
nap() { sleep "$1" & nap=$!; wait $nap; }
expire() {
  trap 'kill $nap 2>/dev/null; exit' TERM
  nap "$1"
  signal TERM; signal CONT
  nap "$2"
  signal KILL
}
calm() { [ -z "$timer" ] || kill "$timer" 2>/dev/null; timer=; }
while read -r line; do
  case $line in
    +*) groups="$groups\${line#+} " ;;
    -*) groups="\${groups%% \${line#-} *} \${groups#* \${line#-} }" ;;
    =*) calm; expire \${line#=} & timer=$! ;;
  esac
done
# A countdown goes on: the grace of commands may be longer than what is left of the lease.
signal TERM
[ "$groups" = ' ' ] || sleep "$1"
signal KILL
calm`

/**
 * What commands have to end in once this process is gone. Where nobody can see that they still run, others take their trials over
 * soon after.
 */
const orphanGraceMs = (graceMs: number) => (process.platform === 'linux' ? graceMs : Math.min(graceMs, ENDING_MS / 2))

/**
 * Starts a guardian: a shell of a few hundred kilobytes in a process group of its own. Where there is no POSIX shell
 * (Windows) nobody guards, and commands survive a killed `diapason`.
 */
export function startGuardian(graceMs: number): Guardian {
  if (process.platform === 'win32') return { watch() {}, forget() {}, limit() {}, close() {} }
  const shell: ChildProcess = spawn(
    '/bin/sh',
    ['-c', SCRIPT, 'diapason-guardian', String(orphanGraceMs(graceMs) / 1000)],
    {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    },
  )
  shell.on('error', () => {})
  shell.stdin?.on('error', () => {})
  shell.unref()
  const send = (text: string) => void shell.stdin?.write(text)
  let lease: { readonly until: number; readonly graceMs: number } | undefined
  // A countdown ends the groups that were known when it began.
  const countDown = () => {
    if (lease === undefined) return
    const leftMs = Math.max(0, lease.until - performance.now())
    send(`=${(leftMs / 1000).toFixed(3)} ${(lease.graceMs / 1000).toFixed(3)}\n`)
  }
  return {
    watch(group) {
      send(`+${group}\n`)
      countDown()
    },
    forget(group) {
      send(`-${group}\n`)
      countDown()
    },
    limit({ leftMs, graceMs }) {
      lease = { until: performance.now() + leftMs, graceMs }
      countDown()
    },
    close: () => shell.stdin?.end(),
  }
}
