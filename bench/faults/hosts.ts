import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'

/** A machine that is none: a network namespace with an address of its own, and a host name. */
export interface Host {
  readonly name: string
  /** What stands before a command that is to run there; it becomes that very process. */
  readonly prefix: readonly string[]
  /** Takes its cable out. */
  cut(): void
  heal(): void
  /** The processes that run there. */
  processes(): readonly number[]
}

// Names hold the number of this process, so that campaigns do not meet, and what a killed one left behind is known by it.
const SPACES = '/run/netns'
const PREFIX = 'dft'
const OWN = `${PREFIX}${process.pid}`
const PART = `10.77.${(process.pid % 250) + 1}`
/** Where this machine is found from all of them. */
export const OWN_ADDRESS = `${PART}.1`
export const NETWORK = `${PART}.0/24`

const ip = (...words: string[]) => execFileSync('ip', words, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' })

/** Makes machines on a network of their own; needs root. What killed campaigns left behind goes first. */
export function makeHosts(names: readonly string[]): { readonly hosts: readonly Host[] } & Disposable {
  removeOf((pid) => !existsSync(`/proc/${pid}`))
  ip('link', 'add', OWN, 'type', 'bridge')
  ip('addr', 'add', `${OWN_ADDRESS}/24`, 'dev', OWN)
  ip('link', 'set', OWN, 'up')
  return { hosts: names.map(makeHost), [Symbol.dispose]: () => removeOf((pid) => pid === String(process.pid)) }
}

function removeOf(isMeant: (pid: string) => boolean): void {
  const pattern = new RegExp(`^${PREFIX}(\\d+)(-.*)?$`)
  const mine = (name: string) => isMeant(pattern.exec(name)?.[1] ?? '')
  // Before the namespaces, which would take their cables along some moments later.
  for (const link of readdirSync('/sys/class/net')) if (pattern.test(link) && mine(link)) ip('link', 'del', link)
  const spaces = existsSync(SPACES) ? readdirSync(SPACES) : []
  for (const space of spaces) if (pattern.test(space) && mine(space)) ip('netns', 'del', space)
}

function makeHost(name: string, index: number): Host {
  const space = `${OWN}-${name}`
  const cable = space
  ip('netns', 'add', space)
  ip('link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space)
  ip('link', 'set', cable, 'master', OWN, 'up')
  ip('-n', space, 'addr', 'add', `${PART}.${index + 2}/24`, 'dev', 'eth0')
  ip('-n', space, 'link', 'set', 'lo', 'up')
  ip('-n', space, 'link', 'set', 'eth0', 'up')
  const rename = ['unshare', '--uts', 'sh', '-c', 'hostname "$0"; exec "$@"', name]
  return {
    name,
    // Not `ip netns exec`, which hides the control groups.
    prefix: ['nsenter', `--net=${SPACES}/${space}`, ...rename],
    cut: () => void ip('link', 'set', cable, 'down'),
    heal: () => void ip('link', 'set', cable, 'up'),
    processes: () => ip('netns', 'pids', space).trim().split('\n').filter(Boolean).map(Number),
  }
}
