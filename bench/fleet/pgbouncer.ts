import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePorts } from '../../test/launch/free-ports.ts'

/** Starts a pgbouncer with a pool of ten connections, transactions pooled, in front of a database. */
export async function startPgbouncer(database: string) {
  const { username, password, hostname, port, pathname } = new URL(database)
  const folder = mkdtempSync(path.join(tmpdir(), 'diapason-pgbouncer-'))
  const [own] = await freePorts(1)
  const [user, secret] = [decodeURIComponent(username), decodeURIComponent(password)]
  const users = path.join(folder, 'users.txt')
  writeFileSync(users, `"${user}" "${secret.replaceAll('"', '""')}"\n`)
  const file = path.join(folder, 'pgbouncer.ini')
  writeFileSync(
    file,
    `[databases]
* = host=${hostname} port=${port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
auth_type = plain
auth_file = ${users}
pool_mode = transaction
default_pool_size = 10
max_client_conn = 2500
ignore_startup_parameters = extra_float_digits,options
`,
  )
  chmodSync(folder, 0o755)
  const root = process.getuid?.() === 0 ? ['-u', 'postgres'] : []
  const child = spawn('pgbouncer', ['-q', ...root, file], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
  })
  while (!(await answers(own ?? 0))) await sleep(50)
  return {
    url: `postgresql://${username}:${password}@127.0.0.1:${own}${pathname}`,
    pid: child.pid,
    async close() {
      child.kill('SIGKILL')
      rmSync(folder, { recursive: true })
    },
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1')
    socket.on('connect', () => resolve(socket.end() !== undefined)).on('error', () => resolve(false))
  })
}
