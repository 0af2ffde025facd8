import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import path from 'node:path'
import { freePorts } from './free-ports.ts'
import { until } from './until.ts'

const SSHD = '/usr/sbin/sshd'
const unshares = canUnshare()

/** Why tests with SSH are skipped; empty where they run. CI may not skip them. */
export const noSsh = !existsSync(SSHD)
  ? 'there is no sshd here: apt-get install --no-install-recommends openssh-server'
  : unshares
    ? ''
    : 'machines of their own names need unshare --uts, which only root may do'
if (noSsh !== '') console.log(`skipped: ${noSsh}`)

/** An sshd for each machine, on this one, under a host name of its own; their home folder is shared, as it often is. */
export interface SshMachines {
  /** The words by which ssh finds them under their names. */
  readonly ssh: string
  readonly home: string
  dispose(): Promise<void>
}

export async function startMachines(names: readonly string[]): Promise<SshMachines> {
  const folder = mkdtempSync(path.join(tmpdir(), 'diapason-ssh-'))
  const file = (name: string) => path.join(folder, name)
  const ports = await freePorts(names.length)
  mkdirSync(file('home'))
  // Where sshd drops its privileges; nothing is ever written there.
  mkdirSync('/run/sshd', { recursive: true })
  for (const key of ['host', 'user']) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(key)])
  copyFileSync(file('user.pub'), file('authorized'))
  chmodSync(file('authorized'), 0o600)
  const settings = [
    `HostKey ${file('host')}`,
    `AuthorizedKeysFile ${file('authorized')}`,
    'ListenAddress 127.0.0.1',
    'UsePAM no',
    'StrictModes no',
    'PermitRootLogin yes',
    'PidFile none',
    `SetEnv HOME=${file('home')}`,
  ]
  writeFileSync(file('sshd.conf'), `${settings.join('\n')}\n`)
  const client = names.map((name, i) => `Host ${name}\n  HostName 127.0.0.1\n  Port ${ports[i]}\n`)
  const common = [`User ${userInfo().username}`, `IdentityFile ${file('user')}`, 'IdentitiesOnly yes']
  const trust = ['StrictHostKeyChecking no', `UserKnownHostsFile ${file('known')}`, 'LogLevel ERROR']
  writeFileSync(file('ssh.conf'), `${client.join('')}Host *\n  ${[...common, ...trust].join('\n  ')}\n`)

  const daemons: ChildProcess[] = names.map((name, i) => {
    const daemon = [SSHD, '-D', '-e', '-f', file('sshd.conf'), '-p', String(ports[i])]
    const words = ['--uts', 'sh', '-c', 'hostname "$1"; shift; exec "$@"', 'sh', name, ...daemon]
    return spawn('unshare', words, { stdio: 'ignore' })
  })
  const answers = (name: string) =>
    execFileSync('ssh', ['-F', file('ssh.conf'), name, 'uname', '-n'], { timeout: 20_000, stdio: 'pipe' })
  for (const name of names) {
    await until(() => answers(name).toString().trim() === name, `${name} can be logged into`)
  }
  return {
    ssh: `ssh -F ${file('ssh.conf')}`,
    home: file('home'),
    async dispose() {
      for (const daemon of daemons) {
        const ended = once(daemon, 'close')
        daemon.kill('SIGTERM')
        await ended
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function canUnshare(): boolean {
  try {
    execFileSync('unshare', ['--uts', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
