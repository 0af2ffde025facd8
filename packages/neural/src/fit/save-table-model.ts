import { writeBytes } from '#files'
import { type DataSource, readSource } from '../data/source.ts'
import { CheckpointError } from '../errors.ts'
import { defineNetwork, type Network } from '../network/network.ts'
import { sizeOf } from '../network/shape.ts'
import { readSafetensors, writeSafetensors } from '../train/safetensors.ts'
import type { Member, TableModel, TableModelFacts } from './table-model.ts'

const KIND = 'diapason table model 1'

/** A network without its tensors. */
type StoredMember = Omit<Member, 'model'> & { readonly network: Network }

/** `model` as bytes, in the safetensors format: networks, weights and how rows are encoded. O(size) */
export function tableModelToBytes({ facts, members }: TableModel): Uint8Array {
  const stored = members.map(({ model, ...rest }): StoredMember => ({ ...rest, network: model.network }))
  const tensors = members.flatMap(({ model }, i) =>
    model.network.tensors.map(
      ({ name, shape }) => [`${i}/${name}`, { shape, values: required(model.tensors.get(name), name) }] as const,
    ),
  )
  const metadata = { kind: KIND, facts: JSON.stringify(facts), members: JSON.stringify(stored) }
  return writeSafetensors({ metadata, tensors: new Map(tensors) })
}

/** The model of {@link tableModelToBytes}. @throws CheckpointError when the bytes are damaged or something else */
export function tableModelFromBytes(bytes: Uint8Array): TableModel {
  const { metadata, tensors } = readSafetensors(bytes)
  if (metadata.kind !== KIND) {
    throw new CheckpointError(`The file holds ${metadata.kind ?? 'something else'}, not ${KIND}`, 'Make it by a fit')
  }
  const facts = JSON.parse(metadata.facts ?? '{}') as TableModelFacts
  const stored = JSON.parse(metadata.members ?? '[]') as readonly StoredMember[]
  const members = stored.map(({ network: { inputShape, layers }, ...rest }, i): Member => {
    const network = defineNetwork({ inputs: inputShape, layers })
    const own = network.tensors.map(({ name, shape }) => {
      const values = required(tensors.get(`${i}/${name}`)?.values, name)
      if (values.length === sizeOf(shape)) return [name, values] as const
      throw new CheckpointError(`Tensor "${name}" has ${values.length} numbers, not ${sizeOf(shape)}`, 'Save it again')
    })
    return { ...rest, model: { network, tensors: new Map(own) } }
  })
  return { facts, members }
}

/** Writes `model` to a file, whole or not at all. Node only. @throws CheckpointError when it cannot be written */
export async function saveTableModel(model: TableModel, path: string | URL): Promise<void> {
  try {
    await writeBytes(path, tableModelToBytes(model))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new CheckpointError(`The model cannot be written: ${reason}`, 'Check the folder', { cause })
  }
}

/** Reads the model of {@link saveTableModel}. @throws DataError when it cannot be read, CheckpointError when it is damaged */
export const loadTableModel = async (source: DataSource): Promise<TableModel> =>
  tableModelFromBytes(await readSource(source))

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new CheckpointError(`Tensor "${name}" is missing`, 'Save it again')
  return value
}
