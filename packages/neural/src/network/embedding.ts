/** Vectors learned for the categories of a table's columns; the other columns pass through. */
export interface EmbeddingLayer {
  readonly kind: 'embedding'
  readonly columns: readonly EmbeddedColumn[]
}
export interface EmbeddedColumn {
  /** Position in the example's features; its values are whole numbers, 0 … `categories` - 1. */
  readonly column: number
  readonly categories: number
  /** Length of the vector. */
  readonly size: number
}

/**
 * Replaces columns that hold categories by learned vectors; must be the first layer.
 *
 * The output is the other columns in their order, followed by the vectors in the order given.
 *
 * @param columns `column`: position from 0; `categories`: how many there are; `size`: length of the vector, by default
 *   `embeddingSize(categories)`
 * @example embedding([{ column: 3, categories: 12 }])
 */
export function embedding(
  columns: readonly { readonly column: number; readonly categories: number; readonly size?: number }[],
): EmbeddingLayer {
  return {
    kind: 'embedding',
    columns: columns.map(({ column, categories, size }) => ({
      column,
      categories,
      size: size ?? embeddingSize(categories),
    })),
  }
}

/** A usual length of the vector for a column: 1.6 · categories^0.56, at most 600. Source: fastai, `emb_sz_rule`. */
export const embeddingSize = (categories: number): number =>
  Math.max(1, Math.min(600, Math.round(1.6 * categories ** 0.56)))
