import { RuntimeError } from '../errors.ts'
import type { ChosenRuntime, RuntimeOptions } from '../runtime/choose.ts'
import { createWebRuntime } from '../runtime/onnxruntime-web.ts'
import type { Runtime } from '../runtime/runtime.ts'

/** onnxruntime-web: WebAssembly, and WebGPU for large graphs where the browser has a graphics card to give. */
export async function choosePlatformRuntime({ kind = 'auto', wasmFiles }: RuntimeOptions): Promise<ChosenRuntime> {
  if (kind === 'node')
    throw new RuntimeError('A browser cannot load onnxruntime-node', "Choose 'wasm', 'webgpu' or 'auto'")
  const adapter = kind === 'wasm' ? 'it was not asked for' : await graphicsProblem(kind === 'webgpu')
  const wasm = wasmRuntime(wasmFiles)
  if (kind === 'wasm' || (kind === 'auto' && adapter !== undefined)) {
    return { ...wasm, kind: 'wasm', text: `onnxruntime-web on WebAssembly, ${threadsText()}; no WebGPU: ${adapter}` }
  }
  if (adapter !== undefined) throw new RuntimeError(`WebGPU cannot be used: ${adapter}`, "Choose 'wasm' or 'auto'")
  const webgpu = webgpuRuntime(wasmFiles)
  if (kind === 'webgpu')
    return { ...webgpu, kind: 'webgpu', text: 'onnxruntime-web on WebGPU, because it was asked for' }
  return {
    name: 'onnxruntime-web',
    // A small step is over on the processor before a graphics card has been given its orders.
    createSession: (model, session) => (session.isLarge ? webgpu : wasm).createSession(model, session),
    kind: 'webgpu',
    text: `onnxruntime-web: WebGPU for networks on images, else WebAssembly, ${threadsText()}`,
  }
}

const hasThreads = (): boolean => globalThis.crossOriginIsolated === true

const threadsText = (): string => (hasThreads() ? 'with threads' : 'one thread (the page is not cross-origin isolated)')

const wasmRuntime = (wasmFiles: string | undefined): Runtime =>
  createWebRuntime({
    provider: 'wasm',
    load: () => import('onnxruntime-web/wasm'),
    hasThreads: hasThreads(),
    wasmFiles,
  })

const webgpuRuntime = (wasmFiles: string | undefined): Runtime =>
  createWebRuntime({
    provider: 'webgpu',
    load: () => import('onnxruntime-web/webgpu'),
    hasThreads: hasThreads(),
    wasmFiles,
  })

/** The part of the WebGPU interface asked here; TypeScript's own library does not know it yet. */
interface Graphics {
  requestAdapter(): Promise<{ readonly info?: { readonly isFallbackAdapter?: boolean } } | null>
}

/** Why WebGPU cannot be used; undefined where it can. */
async function graphicsProblem(isSoftwareWelcome: boolean): Promise<string | undefined> {
  const { gpu } = navigator as { readonly gpu?: Graphics }
  if (!gpu) return 'this browser has none'
  const adapter = await gpu.requestAdapter().catch(() => null)
  if (!adapter) return 'there is no graphics card for it'
  if (adapter.info?.isFallbackAdapter && !isSoftwareWelcome) return 'it is computed in software here, which is slower'
  return undefined
}
