import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { listen, type Patience, type RunningServer } from './node.ts'

const QUICK: Patience = { headersMs: 300, requestMs: 900, keepAliveMs: 400, readerMs: 500 }
let server: RunningServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

async function start(fetch: (request: Request) => Promise<Response>): Promise<void> {
  server = await listen(fetch, { host: '127.0.0.1', port: 0, mostBytes: 1024, patience: QUICK })
}

/** A connection, what came over it, and after how many milliseconds the server closed it. */
function dial(paused = false) {
  const { hostname, port } = new URL(server?.url ?? '')
  const begun = performance.now()
  const socket: Socket = connect(Number(port), hostname)
  let text = ''
  if (paused) socket.pause()
  else
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
  socket.on('error', () => {})
  const closed = new Promise<number>((resolve) => socket.once('close', () => resolve(performance.now() - begun)))
  return { socket, closed, text: () => text }
}

/** Sends a text by one character each 50 ms, until the connection ends. */
function trickle(socket: Socket, text: string): void {
  let at = 0
  const timer = setInterval(() => (at < text.length ? socket.write(text[at++] ?? '') : undefined), 50)
  socket.once('close', () => clearInterval(timer))
}

const HEAD = 'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/plain\r\n'
const hello = async () => new Response('hello')

describe('a client that keeps the server waiting', () => {
  it('by its headers, a letter at a time, is told so and let go', async () => {
    let asked = 0
    await start(async () => {
      asked++
      return new Response('hello')
    })
    const { socket, closed, text } = dial()
    trickle(socket, `${HEAD}x-long: ${'x'.repeat(1000)}`)
    const took = await closed
    expect(text()).toMatch(/^HTTP\/1\.1 408 /)
    expect(took).toBeGreaterThan(QUICK.headersMs - 50)
    expect(took).toBeLessThan(QUICK.headersMs + 1500)
    expect(asked).toBe(0)
  })

  it('by its body, a letter at a time, is let go, and nothing of it is carried out', async () => {
    let asked = 0
    await start(async () => {
      asked++
      return new Response('hello')
    })
    const { socket, closed, text } = dial()
    socket.write(`${HEAD}content-length: 1000\r\n\r\n`)
    trickle(socket, 'x'.repeat(1000))
    const took = await closed
    expect(text()).not.toMatch(/hello/)
    expect(took).toBeGreaterThan(QUICK.requestMs - 50)
    expect(took).toBeLessThan(QUICK.requestMs + 1500)
    expect(asked).toBe(0)
  })

  it('by saying nothing at all is let go', async () => {
    await start(hello)
    expect(await dial().closed).toBeLessThan(QUICK.requestMs + 1500)
  })

  it('between two requests is let go after the time to keep a connection', async () => {
    await start(hello)
    const { socket, closed, text } = dial()
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n')
    await new Promise((resolve) => setTimeout(resolve, 200))
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n')
    const took = await closed
    expect(text().split('hello')).toHaveLength(3)
    expect(took).toBeGreaterThan(200 + QUICK.keepAliveMs - 50)
    // Node gives a connection a second more than it says.
    expect(took).toBeLessThan(QUICK.keepAliveMs + 3000)
  })
})

describe('a client that reads slowly', () => {
  /** 64 MB, and whether they were given up. */
  function large() {
    const state = { sent: 0, isCancelled: false }
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          controller.enqueue(new Uint8Array(65_536))
          state.sent++
          if (state.sent === 1024) controller.close()
        },
        cancel() {
          state.isCancelled = true
        },
      },
      { highWaterMark: 0 },
    )
    return { state, body }
  }

  it('and takes nothing is let go, and what stands behind its answer is freed', async () => {
    const { state, body } = large()
    await start(async () => new Response(body))
    const { socket } = dial(true)
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n')
    await expect.poll(() => state.isCancelled, { timeout: 6000, interval: 50 }).toBe(true)
    // What does not go out is not made either.
    expect(state.sent).toBeLessThan(512)
    socket.destroy()
  })

  it('but takes something now and then gets all of it', async () => {
    const { state, body } = large()
    await start(async () => new Response(body))
    const { socket, closed } = dial(true)
    let bytes = 0
    socket.on('data', (part: Buffer) => {
      bytes += part.length
      // Some 20 pauses of 100 ms, longer in all than the server waits for a reader.
      if (Math.floor(bytes / 3_000_000) > Math.floor((bytes - part.length) / 3_000_000)) {
        socket.pause()
        setTimeout(() => socket.resume(), 100)
      }
    })
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')
    socket.resume()
    expect(await closed).toBeGreaterThan(1000)
    expect(bytes).toBeGreaterThan(64 * 1024 * 1024)
    expect(state.isCancelled).toBe(false)
  })
})
