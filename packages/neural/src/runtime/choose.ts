import { choosePlatformRuntime } from '#runtime'
import { RuntimeError } from '../errors.ts'
import type { Runtime } from './runtime.ts'

/** What trains: ONNX Runtime for Node, or for the web on WebAssembly or a graphics card. */
export type RuntimeKind = 'node' | 'wasm' | 'webgpu'

export interface RuntimeOptions {
  /** Default 'auto': see `describeRuntime` for what that came to. */
  readonly kind?: RuntimeKind | 'auto'
  /** Address of the folder with onnxruntime-web's .wasm files, ending in '/'; default beside the page's script. */
  readonly wasmFiles?: string
}

/** A runtime, and why it and no other. */
export interface ChosenRuntime extends Runtime {
  readonly kind: RuntimeKind
  /** A sentence for people, such as 'onnxruntime-web on WebAssembly, because onnxruntime-node is not installed'. */
  readonly text: string
}

let options: RuntimeOptions = {}
let chosen: Promise<ChosenRuntime> | undefined

/**
 * Chooses what trains, before anything has been trained; not needed where the automatic choice suits.
 *
 * @throws RuntimeError once a choice has been made
 * @example configureRuntime({ kind: 'wasm', wasmFiles: '/assets/' })
 */
export function configureRuntime(wanted: RuntimeOptions): void {
  if (chosen)
    throw new RuntimeError('A runtime has been chosen already', 'Call configureRuntime before anything is trained')
  options = wanted
}

/**
 * Says what trains here, and why.
 *
 * Automatic: in Node onnxruntime-node, or onnxruntime-web on WebAssembly where that is not installed; in a browser WebAssembly, and for
 * networks on images WebGPU where the browser has it.
 *
 * @throws RuntimeError when neither can be loaded
 * @example console.log((await describeRuntime()).text)
 */
export async function describeRuntime(): Promise<{ readonly kind: RuntimeKind; readonly text: string }> {
  const { kind, text } = await chooseRuntime()
  return { kind, text }
}

/** The runtime of this process or page, chosen on first use. */
export const automaticRuntime: Runtime = {
  name: 'automatic',
  createSession: async (model, session) => (await chooseRuntime()).createSession(model, session),
}

function chooseRuntime(): Promise<ChosenRuntime> {
  chosen ??= choosePlatformRuntime(options).catch((error: unknown) => {
    chosen = undefined
    throw error
  })
  return chosen
}
