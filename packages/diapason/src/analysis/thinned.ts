/** At most `most` of a list, evenly spread, in order. */
export function thinned<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items
  return Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)] as T)
}

/**
 * At most `most` of a list: a quarter of the places for the best ones, the rest spread evenly over the others; the worst first, so that
 * what is drawn last is the best.
 * @param sorted the best first
 */
export function thinnedBestLast<T>(sorted: readonly T[], most: number): readonly T[] {
  if (sorted.length <= most) return sorted.toReversed()
  const top = Math.ceil(most / 4)
  return [...sorted.slice(0, top), ...thinned(sorted.slice(top), most - top)].reverse()
}
