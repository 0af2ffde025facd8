import { once } from 'node:events'
import { createServer } from 'node:net'

/** Ports of this machine that are free, below those that outgoing connections take. */
export async function freePorts(count: number, from = 10_000): Promise<readonly number[]> {
  const ports: number[] = []
  while (ports.length < count) {
    const port = from + Math.floor((30_000 - from) * Math.random())
    const server = createServer().listen(port, '127.0.0.1')
    const isFree = await Promise.race([
      once(server, 'listening').then(() => true),
      once(server, 'error').then(() => false),
    ]).catch(() => false)
    if (!isFree) continue
    server.close()
    await once(server, 'close')
    if (!ports.includes(port)) ports.push(port)
  }
  return ports
}
