import { configureRuntime } from '@diapason/neural'
import type { Measurement, NetworkName } from './task.ts'
import { measureOurs } from './train-ours.ts'

interface Wanted {
  readonly network: NetworkName
  readonly epochs: number
  readonly shape: readonly number[]
}

const bytes = async (address: string): Promise<ArrayBuffer> => await (await fetch(address)).arrayBuffer()

configureRuntime({ kind: 'wasm', wasmFiles: new URL('/', location.href).href })
Object.assign(globalThis, {
  measure: async ({ network, epochs, shape }: Wanted): Promise<Measurement> => {
    const features = new Float32Array(await bytes('/features'))
    const labels = new Int32Array(await bytes('/labels'))
    return await measureOurs(network, { shape, features, labels }, epochs)
  },
})
