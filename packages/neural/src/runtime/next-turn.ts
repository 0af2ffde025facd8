const waiting: (() => void)[] = []
let channel: MessageChannel | undefined

/** Waits until events that are due (timers, clicks, messages) have had their turn; without the 4 ms that browsers give `setTimeout`. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    // In Node an open channel would keep the process alive.
    if (typeof setImmediate === 'function') {
      setImmediate(resolve)
      return
    }
    waiting.push(resolve)
    channel ??= openChannel()
    channel.port2.postMessage(undefined)
  })
}

function openChannel(): MessageChannel {
  const opened = new MessageChannel()
  opened.port1.onmessage = () => waiting.shift()?.()
  return opened
}
