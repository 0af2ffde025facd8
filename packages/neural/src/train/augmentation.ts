import { NetworkError } from '../errors.ts'
import { requireRange } from '../network/require.ts'
import { type ExampleShape, showShape, sizeOf } from '../network/shape.ts'
import type { RandomStream } from '../random.ts'

/** Random changes to images while training, each example anew in every epoch. Plain data. */
export interface Augmentation {
  /** Moved by up to this many pixels along each axis; what comes in is 0, the mean of standardised data. Default 0. */
  readonly shift?: number
  /** Mirrored left to right half of the time. Not for digits and letters. Default false. */
  readonly flip?: boolean
  /** Cut to a rectangle of at least this share of height and width, then enlarged back (bilinear). Default 1: not. */
  readonly crop?: number
  /** Standard deviation of normal noise added to every number. Default 0. */
  readonly noise?: number
}

/** Changes the first `count` examples of `features` in place. */
export type Augmenter = (features: Float32Array, count: number, random: RandomStream) => void

/**
 * Prepares `augmentation` for images of `shape` [channels, height, width].
 *
 * @throws NetworkError when a number is out of range, or the inputs are not images
 */
export function createAugmenter(augmentation: Augmentation, shape: ExampleShape): Augmenter {
  checkAugmentation(augmentation, shape)
  const { shift = 0, flip = false, crop = 1, noise = 0 } = augmentation
  const size = sizeOf(shape)
  const scratch = new Float32Array(size)
  const isMoving = shift > 0 || flip || crop < 1
  return (features, count, random) => {
    for (let i = 0; i < count; i++) {
      const example = features.subarray(i * size, (i + 1) * size)
      if (isMoving) {
        scratch.set(example)
        resample(scratch, example, shape, drawView({ shift, flip, crop }, shape, random))
      }
      if (noise > 0) for (let k = 0; k < size; k++) example[k]! += noise * random.normal()
    }
  }
}

/** Where pixels come from: source = origin + scale · target, per axis. */
interface View {
  readonly top: number
  readonly left: number
  readonly scaleY: number
  readonly scaleX: number
}

function drawView(
  { shift, flip, crop }: { readonly shift: number; readonly flip: boolean; readonly crop: number },
  [, height = 1, width = 1]: ExampleShape,
  random: RandomStream,
): View {
  const moved = (): number => Math.floor(random.uniform() * (2 * shift + 1)) - shift
  const scaleY = crop < 1 ? crop + (1 - crop) * random.uniform() : 1
  const scaleX = crop < 1 ? crop + (1 - crop) * random.uniform() : 1
  const top = (1 - scaleY) * (height - 1) * random.uniform() + moved()
  const left = (1 - scaleX) * (width - 1) * random.uniform() + moved()
  const isFlipped = flip && random.uniform() < 0.5
  return isFlipped ? { top, scaleY, left: left + scaleX * (width - 1), scaleX: -scaleX } : { top, scaleY, left, scaleX }
}

function resample(source: Float32Array, target: Float32Array, shape: ExampleShape, view: View): void {
  const [channels = 1, height = 1, width = 1] = shape
  const isExact = view.scaleY === 1 && Math.abs(view.scaleX) === 1
  for (let channel = 0; channel < channels; channel++) {
    const plane = source.subarray(channel * height * width, (channel + 1) * height * width)
    const pixel = (row: number, column: number): number =>
      row < 0 || row >= height || column < 0 || column >= width ? 0 : plane[row * width + column]!
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const row = view.top + view.scaleY * y
        const column = view.left + view.scaleX * x
        const value = isExact ? pixel(row, column) : interpolate(pixel, row, column)
        target[(channel * height + y) * width + x] = value
      }
    }
  }
}

function interpolate(pixel: (row: number, column: number) => number, row: number, column: number): number {
  const [top, left] = [Math.floor(row), Math.floor(column)]
  const [down, right] = [row - top, column - left]
  const above = pixel(top, left) * (1 - right) + pixel(top, left + 1) * right
  const below = pixel(top + 1, left) * (1 - right) + pixel(top + 1, left + 1) * right
  return above * (1 - down) + below * down
}

function checkAugmentation({ shift = 0, crop = 1, noise = 0 }: Augmentation, shape: ExampleShape): void {
  if (shape.length !== 3) {
    const problem = `changes images [channels, height, width], the network takes ${showShape(shape)}`
    throw new NetworkError('augmentation', problem, 'Leave it out, or describe the inputs by their shape')
  }
  requireRange('augmentation.shift', shift, Number.isSafeInteger(shift) && shift >= 0, 'a whole number of pixels')
  requireRange('augmentation.crop', crop, crop > 0 && crop <= 1, 'above 0, up to 1')
  requireRange('augmentation.noise', noise, noise >= 0 && Number.isFinite(noise), 'at least 0')
}
