/** Time that passes only from one event to the next, in seconds. */
export interface VirtualClock {
  readonly now: number
  /** Does something after so many seconds; what falls on one moment is done in the order it was asked for. */
  after(seconds: number, action: () => void): void
  /** Lets time pass until a moment; what was to happen later stays undone. */
  runUntil(end: number): void
}

interface Event {
  readonly at: number
  readonly order: number
  readonly action: () => void
}

const isBefore = (a: Event, b: Event) => a.at < b.at || (a.at === b.at && a.order < b.order)

/** A clock over a binary heap: O(log n) an event. */
export function createVirtualClock(): VirtualClock {
  const heap: Event[] = []
  let now = 0
  let order = 0

  function push(event: Event): void {
    let i = heap.push(event) - 1
    for (let parent = (i - 1) >> 1; i > 0 && isBefore(event, heap[parent]!); parent = (i - 1) >> 1) {
      heap[i] = heap[parent]!
      i = parent
    }
    heap[i] = event
  }

  function pop(): Event {
    const first = heap[0]!
    const last = heap.pop()!
    if (heap.length === 0) return first
    let i = 0
    for (let child = 1; child < heap.length; child = 2 * i + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (!isBefore(heap[child]!, last)) break
      heap[i] = heap[child]!
      i = child
    }
    heap[i] = last
    return first
  }

  return {
    get now() {
      return now
    },
    after(seconds, action) {
      push({ at: now + seconds, order: order++, action })
    },
    runUntil(end) {
      while (heap.length > 0 && heap[0]!.at <= end) {
        const { at, action } = pop()
        now = at
        action()
      }
      now = end
    },
  }
}
