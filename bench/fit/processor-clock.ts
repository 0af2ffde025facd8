// Lets a process live by its own processor time, so that a fit gets as much whatever else runs on the machine: imported first, it makes
// clocks and timers count the seconds that this process has computed. Whoever waits for something else than itself would wait for ever
// longer; fits do not.
const STEP_MS = 5
const started = Date.now()
const usedMs = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
const sleep = globalThis.setTimeout
Date.now = () => started + Math.round(usedMs())
performance.now = usedMs

interface Timer {
  isOver: boolean
  readonly unref: () => Timer
  readonly ref: () => Timer
}

function later(run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): Timer {
  const until = usedMs() + ms
  const timer: Timer = { isOver: false, unref: () => timer, ref: () => timer }
  const look = () => {
    if (timer.isOver) return
    if (usedMs() < until) sleep(look, STEP_MS).unref()
    else run(...args)
  }
  if (ms < 1) sleep(() => timer.isOver || run(...args), 0)
  else look()
  return timer
}
globalThis.setTimeout = later as never
globalThis.clearTimeout = ((timer: Timer | undefined) => {
  if (timer) timer.isOver = true
}) as never
AbortSignal.timeout = (ms) => {
  const controller = new AbortController()
  later(() => controller.abort(new DOMException('the time is up', 'TimeoutError')), ms)
  return controller.signal
}
process.uptime = () => usedMs() / 1000
