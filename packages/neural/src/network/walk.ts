import { NetworkError } from '../errors.ts'
import type { Layer } from './layer.ts'
import { type ExampleShape, shapeAfter, showShape } from './shape.ts'

/** A layer where it stands in its network. */
export interface LayerSite {
  readonly layer: Layer
  /** Its position, as PyTorch would call it in nested modules: `3`, `3.body.0`. Begins the names of its tensors. */
  readonly path: string
  readonly input: ExampleShape
  readonly output: ExampleShape
  /** The layers that come after it, in order. */
  readonly following: readonly Layer[]
}

/** Where a walk is. */
interface Position {
  readonly prefix: string
  readonly shape: ExampleShape
  /** Layers after the list being walked. */
  readonly after: readonly Layer[]
}

/**
 * Visits every simple layer, composed ones through their parts, and works out the shapes on the way.
 *
 * @param check called before a layer's shape is worked out
 * @returns the simple layers in order, and the shape after the last
 * @throws NetworkError where shapes do not fit
 */
export function walkLayers(
  layers: readonly Layer[],
  shape: ExampleShape,
  check: (layer: Layer, where: string) => void = () => {},
): { readonly sites: readonly LayerSite[]; readonly output: ExampleShape } {
  const sites: LayerSite[] = []

  const walkList = (list: readonly Layer[], { prefix, shape, after }: Position): ExampleShape =>
    list.reduce<ExampleShape>((input, layer, index) => {
      const following = [...list.slice(index + 1), ...after]
      return walkLayer(layer, { prefix: `${prefix}${index}`, shape: input, after: following })
    }, shape)

  const walkLayer = (layer: Layer, { prefix: path, shape: input, after }: Position): ExampleShape => {
    const where = describePlace(layer, path)
    check(layer, where)
    if (layer.kind === 'sequential') return walkList(layer.layers, { prefix: `${path}.`, shape: input, after })
    if (layer.kind === 'residual') {
      const body = walkList(layer.body, { prefix: `${path}.body.`, shape: input, after })
      const shortcut = walkList(layer.shortcut, { prefix: `${path}.shortcut.`, shape: input, after })
      requireSame(where, body, shortcut)
      return body
    }
    const output = shapeAfter(layer, input, where)
    sites.push({ layer, path, input, output, following: after })
    return output
  }

  const output = walkList(layers, { prefix: '', shape, after: [] })
  return { sites, output }
}

/** `layers[3].body[1] (dense)`: how the layer is reached in the description. */
const describePlace = (layer: Layer, path: string): string =>
  `layers${path.replace(/(^|\.)(\d+)/g, '[$2]')} (${layer.kind})`

function requireSame(where: string, body: ExampleShape, shortcut: ExampleShape): void {
  if (showShape(body) === showShape(shortcut)) return
  throw new NetworkError(
    where,
    `the body gives ${showShape(body)}, the shortcut ${showShape(shortcut)}: they cannot be added`,
    'Give a shortcut that changes the shape alike, such as conv2d(filters, 1, { stride })',
  )
}
