import { DataError } from '../errors.ts'

/** Features of examples, as `classification` and `regression` take them. */
export interface Features {
  readonly features: Float32Array
  readonly featureShape: readonly number[]
}

export interface ImageOptions {
  readonly height: number
  readonly width: number
  /** Numbers a pixel; default 1. */
  readonly channels?: number
  /** How `pixels` are laid out: all channels of a pixel together (default, as canvas and most files have it), or plane by plane. */
  readonly layout?: 'channelsLast' | 'channelsFirst'
  /** What every number is multiplied by; default 1 / 255 for bytes, else 1. */
  readonly scale?: number
}

/**
 * Features of images that lie one after the other in one array, plane by plane as convolutions take them.
 *
 * @param pixels count × height × width × channels numbers
 * @returns `featureShape` [channels, height, width]. O(size)
 * @throws DataError when `pixels` are not a whole number of images
 * @example classification({ ...imageFeatures(bytes, { height: 28, width: 28 }), labels })
 */
export function imageFeatures(pixels: Uint8Array | Uint8ClampedArray | Float32Array, options: ImageOptions): Features {
  const { height, width, channels = 1, layout = 'channelsLast' } = options
  const scale = options.scale ?? (pixels instanceof Float32Array ? 1 : 1 / 255)
  const size = height * width * channels
  if (!Number.isSafeInteger(size) || size < 1 || pixels.length % size !== 0) {
    const problem = `${pixels.length} numbers are not a whole number of images of ${channels} × ${height} × ${width}`
    throw new DataError(problem, 'Check height, width and channels')
  }
  const features = new Float32Array(pixels.length)
  if (channels === 1 || layout === 'channelsFirst') {
    for (let i = 0; i < pixels.length; i++) features[i] = (pixels[i] ?? 0) * scale
  } else {
    const plane = height * width
    for (let start = 0; start < pixels.length; start += size)
      for (let channel = 0; channel < channels; channel++)
        for (let place = 0; place < plane; place++)
          features[start + channel * plane + place] = (pixels[start + place * channels + channel] ?? 0) * scale
  }
  return { features, featureShape: [channels, height, width] }
}

/** A picture as a canvas gives it: red, green, blue and opacity of each pixel, 0 to 255. */
export interface CanvasImage {
  readonly data: Uint8Array | Uint8ClampedArray
  readonly width: number
  readonly height: number
}

/**
 * Features of pictures taken from canvases (`getImageData`), all of one size; opacity is left out.
 *
 * @param options `colour`: red, green and blue (default true), or brightness alone (the weights of Rec. 601)
 * @returns `featureShape` [3, height, width] or [1, height, width], 0 … 1
 * @throws DataError when there is none, or sizes differ
 */
export function canvasFeatures(
  pictures: readonly CanvasImage[],
  options: { readonly colour?: boolean } = {},
): Features {
  const [first] = pictures
  if (!first) throw new DataError('There are no pictures', 'Give at least one')
  const { width, height } = first
  const channels = (options.colour ?? true) ? 3 : 1
  const plane = width * height
  const features = new Float32Array(pictures.length * channels * plane)
  for (const [i, { data, ...size }] of pictures.entries()) {
    if (size.width !== width || size.height !== height || data.length !== plane * 4) {
      const problem = `Picture ${i} is ${size.width} × ${size.height} with ${data.length} numbers, picture 0 is ${width} × ${height}`
      throw new DataError(problem, 'Draw all of them in one size')
    }
    const start = i * channels * plane
    for (let place = 0; place < plane; place++) {
      const pixel = place * 4
      if (channels === 1) features[start + place] = brightness(data, pixel) / 255
      else for (let c = 0; c < 3; c++) features[start + c * plane + place] = (data[pixel + c] ?? 0) / 255
    }
  }
  return { features, featureShape: [channels, height, width] }
}

const brightness = (data: CanvasImage['data'], at: number): number =>
  0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0)
