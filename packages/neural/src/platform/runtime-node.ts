import { RuntimeError } from '../errors.ts'
import type { ChosenRuntime, RuntimeOptions } from '../runtime/choose.ts'
import { nodeRuntime } from '../runtime/onnxruntime-node.ts'
import { createWebRuntime } from '../runtime/onnxruntime-web.ts'

/** onnxruntime-node where it is installed, else onnxruntime-web on WebAssembly. */
export async function choosePlatformRuntime({ kind = 'auto', wasmFiles }: RuntimeOptions): Promise<ChosenRuntime> {
  if (kind === 'webgpu') throw new RuntimeError('Node has no WebGPU', "Choose 'node', 'wasm' or 'auto'")
  if (kind === 'wasm') return webRuntime('because it was asked for', wasmFiles)
  const problem = await problemOf(import('onnxruntime-node'))
  if (problem === undefined || kind === 'node')
    return { ...nodeRuntime, kind: 'node', text: `onnxruntime-node on ${process.platform} ${process.arch}` }
  const problemOfWeb = await problemOf(import('onnxruntime-web'))
  if (problemOfWeb === undefined) {
    const because = `because onnxruntime-node cannot be loaded (${problem})`
    process.emitWarning(
      `Networks train on WebAssembly, two to three times slower, ${because}. Where that is meant: configureRuntime({ kind: 'wasm' })`,
    )
    return webRuntime(because, wasmFiles)
  }
  throw new RuntimeError(
    `There is nothing to train with: ${problem}; ${problemOfWeb}`,
    'Install onnxruntime-node (fast, 288 MB) or onnxruntime-web (several times slower, 139 MB)',
  )
}

async function problemOf(module: Promise<unknown>): Promise<string | undefined> {
  try {
    await module
    return undefined
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
  }
}

function webRuntime(because: string, wasmFiles: string | undefined): ChosenRuntime {
  const runtime = createWebRuntime({
    provider: 'wasm',
    load: () => import('onnxruntime-web'),
    hasThreads: true,
    wasmFiles,
  })
  return { ...runtime, kind: 'wasm', text: `onnxruntime-web on WebAssembly, ${because}` }
}
