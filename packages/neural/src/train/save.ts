import { writeBytes } from '#files'
import { type DataSource, readSource } from '../data/source.ts'
import { CheckpointError } from '../errors.ts'
import { defineNetwork, type Network } from '../network/network.ts'
import { sizeOf } from '../network/shape.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { Model } from './model.ts'
import { readSafetensors, type TensorFile, writeSafetensors } from './safetensors.ts'

/** The kinds of files and the versions of their layout. */
const MODEL = 'diapason model 1'
const CHECKPOINT = 'diapason checkpoint 1'

/** `model` as bytes: its network and its tensors, in the safetensors format. O(size) */
export function modelToBytes({ network, tensors }: Model): Uint8Array {
  const shaped = network.tensors.map(
    ({ name, shape }) => [name, { shape, values: required(tensors.get(name), name) }] as const,
  )
  return writeSafetensors({ metadata: { kind: MODEL, network: JSON.stringify(network) }, tensors: new Map(shaped) })
}

/** The model of {@link modelToBytes}. @throws CheckpointError when the bytes are damaged or something else */
export function modelFromBytes(bytes: Uint8Array): Model {
  const file = readKind(bytes, MODEL)
  const network = readNetwork(file)
  const tensors = network.tensors.map(({ name, shape }) => {
    const values = required(file.tensors.get(name)?.values, name)
    if (values.length !== sizeOf(shape))
      throw new CheckpointError(`Tensor "${name}" has ${values.length} numbers, not ${sizeOf(shape)}`, 'Save it again')
    return [name, values] as const
  })
  return { network, tensors: new Map(tensors) }
}

/** `checkpoint` as bytes, in the safetensors format. O(size) */
export function checkpointToBytes(checkpoint: Checkpoint): Uint8Array {
  const { tensors, best, ...rest } = checkpoint
  const listed = (prefix: string, all: Readonly<Record<string, Float32Array>>) =>
    Object.entries(all).map(([name, values]) => [`${prefix}${name}`, { shape: [values.length], values }] as const)
  const all = [...listed('now/', tensors), ...(best ? listed('best/', best) : [])]
  return writeSafetensors({ metadata: { kind: CHECKPOINT, training: JSON.stringify(rest) }, tensors: new Map(all) })
}

/** The checkpoint of {@link checkpointToBytes}. @throws CheckpointError when the bytes are damaged or something else */
export function checkpointFromBytes(bytes: Uint8Array): Checkpoint {
  const file = readKind(bytes, CHECKPOINT)
  const starting = (prefix: string): Record<string, Float32Array> =>
    Object.fromEntries(
      Array.from(file.tensors).flatMap(([name, { values }]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), values]] : [],
      ),
    )
  const best = starting('best/')
  const rest = JSON.parse(file.metadata.training ?? '{}') as Omit<Checkpoint, 'tensors' | 'best'>
  return { ...rest, tensors: starting('now/'), best: Object.keys(best).length > 0 ? best : null }
}

/**
 * Writes `model` to a file, whole or not at all. Node only; elsewhere store `modelToBytes(model)`.
 *
 * @throws CheckpointError when the file cannot be written
 */
export const saveModel = (model: Model, path: string | URL): Promise<void> => write(path, modelToBytes(model))

/** Reads the model of {@link saveModel}. @throws DataError when it cannot be read, CheckpointError when it is damaged */
export const loadModel = async (source: DataSource): Promise<Model> => modelFromBytes(await readSource(source))

/** Writes `checkpoint` to a file, whole or not at all, as {@link saveModel}. */
export const saveCheckpoint = (checkpoint: Checkpoint, path: string | URL): Promise<void> =>
  write(path, checkpointToBytes(checkpoint))

/** Reads the checkpoint of {@link saveCheckpoint}, as {@link loadModel}. */
export const loadCheckpoint = async (source: DataSource): Promise<Checkpoint> =>
  checkpointFromBytes(await readSource(source))

async function write(path: string | URL, bytes: Uint8Array): Promise<void> {
  try {
    await writeBytes(path, bytes)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new CheckpointError(`"${String(path)}" cannot be written: ${reason}`, 'Check the folder and its rights', {
      cause,
    })
  }
}

function readKind(bytes: Uint8Array, kind: string): TensorFile {
  const file = readSafetensors(bytes)
  const found = file.metadata.kind ?? 'something else'
  if (found === kind) return file
  throw new CheckpointError(`This is ${found}, not a ${kind}`, 'Give the right file, or update @diapason/neural')
}

/** Described anew, so that a file cannot bring a network that does not fit together. */
function readNetwork({ metadata }: TensorFile): Network {
  const { inputShape, layers } = JSON.parse(metadata.network ?? '{}') as Network
  return defineNetwork({ inputs: inputShape, layers })
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new CheckpointError(`Tensor "${name}" is missing`, 'Save it again')
  return value
}
