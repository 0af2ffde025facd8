import { LaunchError, messageOf } from '../errors.ts'
import { counted } from '../text/numbers.ts'
import { shellLine, shellWord } from '../text/shell-word.ts'
import type { Fleet, LaunchedWorker, Launcher } from './launcher.ts'
import { runProgram } from './run-program.ts'
import { masked } from './secrets.ts'

const REMEDY = 'Try it by hand: it must log in without asking anything'

/** What `sshLauncher` is told. */
export interface SshOptions {
  /** As ssh takes them: `node1`, `me@10.0.0.2`. */
  readonly hosts: readonly string[]
  /** The words that ssh is called by (default `ssh`). */
  readonly ssh?: readonly string[]
}

/**
 * Workers on machines that one can log into, dealt out in turn. A worker outlives its connection: which there are is written
 * in a folder on each machine, `~/.diapason/fleets`. Scripts go through standard input, where no process list shows them.
 */
export function sshLauncher({ hosts, ssh = ['ssh'] }: SshOptions): Launcher {
  const on = (host: string, script: string) =>
    runProgram([...ssh, '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=10', host, 'sh'], REMEDY, { stdin: script })
  const list = async (fleet?: string) => {
    const answers = await onAll(hosts, (host) => on(host, `${PRELUDE}${listScript(fleet)}`))
    return answers.flatMap(({ host, printed }) => parseWorkers(printed, host))
  }
  return {
    list,
    plan: (fleet) =>
      dealtOut(hosts, fleet.workers)
        .map(({ host, workers }) => `# On ${host}:\n${startScript(fleet, workers, masked(fleet.secrets))}`)
        .join('\n'),
    async start(fleet) {
      const dealt = dealtOut(hosts, fleet.workers)
      await onAll(
        dealt.map(({ host }) => host),
        (host, i) => on(host, startScript(fleet, dealt[i]?.workers ?? 0, fleet.secrets)),
      )
      return `${counted(fleet.workers, 'worker')} on ${counted(dealt.length, 'machine')}; logs there in ~/.diapason/fleets`
    },
    async stop(fleet) {
      const answers = await onAll(hosts, (host) => on(host, `${PRELUDE}${stopScript(fleet)}`))
      return answers.reduce((sum, { printed }) => sum + (printed.match(/^asked /gm)?.length ?? 0), 0)
    },
  }
}

/** Runs on all machines at once. @throws {LaunchError} that names every machine where it failed, once all have answered */
async function onAll(
  hosts: readonly string[],
  task: (host: string, i: number) => Promise<string>,
): Promise<readonly { readonly host: string; readonly printed: string }[]> {
  const ends = await Promise.allSettled(hosts.map(task))
  const failed = ends.flatMap((end, i) => (end.status === 'rejected' ? [`${hosts[i]}: ${messageOf(end.reason)}`] : []))
  if (failed.length > 0) {
    const others = counted(hosts.length - failed.length, 'other machine')
    throw new LaunchError(`It failed on ${failed.join('; ').replace(/\.$/, '')}`, `It was done on ${others}`)
  }
  return ends.map((end, i) => ({ host: hosts[i] ?? '', printed: end.status === 'fulfilled' ? end.value : '' }))
}

function dealtOut(hosts: readonly string[], workers: number) {
  const share = (i: number) => Math.floor(workers / hosts.length) + (i < workers % hosts.length ? 1 : 0)
  return hosts.map((host, i) => ({ host, workers: share(i) })).filter((each) => each.workers > 0)
}

/**
 * `fleets` is of this machine alone: home folders are often shared. `lives PID START` is true of the process that was
 * started, and not of a later one with its number, nor of one that only waits to be reaped.
 */
const PRELUDE = `fleets="$HOME/.diapason/fleets/$(uname -n)"
started() {
  if [ -r "/proc/$1/stat" ]; then sed 's/.*) //' "/proc/$1/stat" | awk '$1 != "Z" { print $20 }'
  else ps -o lstart= -p "$1" 2>/dev/null | tr -s ' ' '_'; fi
}
lives() { [ -n "$2" ] && [ "$(started "$1")" = "$2" ]; }
`

function startScript(fleet: Fleet, workers: number, secrets: Fleet['secrets']): string {
  const { name, command, directory, resources } = fleet
  const devices = (at: string) => `CUDA_VISIBLE_DEVICES=$(awk -v i=${at} -v n=${resources.gpus} \
'BEGIN { for (g = i * n; g < (i + 1) * n; g++) printf "%s%d", (g > i * n ? "," : ""), g }')`
  return `set -eu
umask 077
${PRELUDE}folder="$fleets/${name}"
mkdir -p "$folder"
${directory === undefined ? '' : `cd ${shellWord(directory)}\n`}${Object.entries(secrets)
  .map(([variable, value]) => `export ${variable}=${shellWord(value)}\n`)
  .join('')}session=$(command -v setsid || true)
n=1
i=0
while [ $i -lt ${workers} ]; do
  while [ -e "$folder/$n.log" ]; do n=$((n + 1)); done
${resources.gpus === undefined ? '' : `  export ${devices('$i')}\n`}  $session nohup ${shellLine(command)} </dev/null >>"$folder/$n.log" 2>&1 &
  echo "$! $(started $!)" >"$folder/$n.worker"
  i=$((i + 1))
done
`
}

const eachWorker = (fleet: string | undefined, body: string) => `for file in "$fleets"/${fleet ?? '*'}/*.worker; do
  [ -e "$file" ] || continue
  read -r pid start <"$file" || continue
${body}
done
`

const listScript = (fleet: string | undefined) =>
  eachWorker(
    fleet,
    `  lives "$pid" "$start" || { rm -f "$file"; continue; }
  echo "worker $(basename "$(dirname "$file")") $pid"`,
  )

/** A worker ends its trainings within their grace; one that has not ended after 30 s is killed, and its trials are taken over. */
const stopScript = (fleet: string) => `${eachWorker(
  fleet,
  `  if lives "$pid" "$start"; then kill "$pid" && echo "asked $pid"; else rm -f "$file"; fi`,
)}waited=0
while [ $waited -lt 30 ]; do
  left=0
  ${eachWorker(fleet, `  if lives "$pid" "$start"; then left=1; else rm -f "$file"; fi`)}
  [ $left = 1 ] || exit 0
  sleep 1
  waited=$((waited + 1))
done
${eachWorker(fleet, `  if lives "$pid" "$start"; then kill -9 "$pid"; fi`)}`

function parseWorkers(printed: string, host: string): readonly LaunchedWorker[] {
  return [...printed.matchAll(/^worker (\S+) (\d+)$/gm)].map(([, fleet = '', pid = '']) => ({
    fleet,
    id: `${host}:${pid}`,
    state: 'running',
    where: host,
  }))
}
