import type * as Ort from 'onnxruntime-web'
import { RuntimeError } from '../errors.ts'
import { nextTurn } from './next-turn.ts'
import type { Runtime, RuntimeSession, RuntimeTensor, SessionOptions } from './runtime.ts'

/** How to open ONNX Runtime for the web. */
export interface WebRuntimeOptions {
  readonly provider: 'wasm' | 'webgpu'
  /** Imports the package: which of its builds is the platform's choice. */
  readonly load: () => Promise<typeof Ort>
  /** Whether WebAssembly may start threads here: in Node always, in a page that is cross-origin isolated. */
  readonly hasThreads: boolean
  /** Where the .wasm files lie; default beside the script. */
  readonly wasmFiles?: string | undefined
}

/**
 * ONNX Runtime for the web, loaded on first use (its WebAssembly is 14 MB, with WebGPU 27 MB).
 *
 * Threads belong to the loaded library, not to a session: the first session decides.
 */
export function createWebRuntime(options: WebRuntimeOptions): Runtime {
  let loading: Promise<typeof Ort> | undefined
  // WebGPU runs one graph at a time.
  const queue = options.provider === 'webgpu' ? createQueue() : undefined
  return {
    name: `onnxruntime-web (${options.provider})`,
    createSession: async (model, session) => {
      loading ??= prepare(options, session.threads)
      const ort = await loading.catch((error: unknown) => {
        loading = undefined
        throw error
      })
      return wrap(ort, await openSession(ort, model, session, options.provider), queue)
    },
  }
}

async function prepare(options: WebRuntimeOptions, threads: number): Promise<typeof Ort> {
  try {
    const ort = await options.load()
    ort.env.logLevel = 'error'
    ort.env.wasm.numThreads = options.hasThreads ? threads : 1
    if (options.wasmFiles !== undefined) ort.env.wasm.wasmPaths = options.wasmFiles
    return ort
  } catch (cause) {
    throw new RuntimeError(
      `onnxruntime-web could not be loaded: ${String(cause)}`,
      'Install it: npm i onnxruntime-web',
      {
        cause,
      },
    )
  }
}

async function openSession(
  ort: typeof Ort,
  model: Uint8Array,
  { isLarge }: SessionOptions,
  provider: 'wasm' | 'webgpu',
): Promise<Ort.InferenceSession> {
  try {
    return await ort.InferenceSession.create(model, {
      executionProviders: [provider],
      executionMode: 'sequential',
      enableCpuMemArena: isLarge,
      logSeverityLevel: 3,
    })
  } catch (cause) {
    throw new RuntimeError(
      `ONNX Runtime for the web cannot run the graph: ${String(cause)}`,
      "If its .wasm files were not found, name their place: configureRuntime({ wasmFiles: '/assets/' })",
      { cause },
    )
  }
}

type Queue = <T>(task: () => Promise<T>) => Promise<T>

function createQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const result = last.then(task)
    last = result.catch(() => {})
    return result
  }
}

function wrap(ort: typeof Ort, session: Ort.InferenceSession, queue: Queue | undefined): RuntimeSession {
  return {
    bind: (inputs, outputs) => {
      const feeds = Object.fromEntries(
        Object.entries(inputs).map(([name, { values, shape }]) => [name, new ort.Tensor('float32', values, shape)]),
      )
      const names = Object.keys(outputs)
      const run = async (): Promise<void> => copyResults(await session.run(feeds, names), outputs)
      return {
        run: async () => {
          // On WebAssembly a run holds the thread: the page, or the signal that stops the training, gets its turn here.
          await nextTurn()
          await (queue ? queue(run) : run())
        },
      }
    },
    release: () => session.release(),
  }
}

/** WebAssembly and graphics memory lie apart from JavaScript's: results must be copied, about 1 ms for a million numbers. */
function copyResults(
  results: Ort.InferenceSession.OnnxValueMapType,
  outputs: Readonly<Record<string, RuntimeTensor>>,
): void {
  for (const [name, { values }] of Object.entries(outputs)) {
    const data = results[name]?.data
    if (!(data instanceof Float32Array)) throw new TypeError(`the runtime gave no numbers for '${name}'`)
    values.set(data)
  }
}
