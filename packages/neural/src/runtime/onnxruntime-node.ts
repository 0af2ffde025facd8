import type * as Ort from 'onnxruntime-node'
import { RuntimeError } from '../errors.ts'
import type { Runtime, RuntimeSession, RuntimeTensor } from './runtime.ts'

/** ONNX Runtime for Node, loaded on first use (its library is 45 MB). */
export const nodeRuntime: Runtime = {
  name: 'onnxruntime-node',
  createSession: async (model, { threads, isLarge }) => {
    const ort = await loadRuntime()
    try {
      const session = await ort.InferenceSession.create(model, {
        executionProviders: ['cpu'],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        executionMode: 'sequential',
        // The arena keeps its memory while the session is open and gains no time for dense layers (measured 8 to 512 units).
        // Convolutions take a third less time with it: fresh memory has to be paged in at every step.
        enableCpuMemArena: isLarge,
        logSeverityLevel: 3,
      })
      return wrap(ort, session)
    } catch (cause) {
      throw new RuntimeError(
        `ONNX Runtime refused the graph: ${String(cause)}`,
        'This is a defect of @diapason/neural: please report it',
        { cause },
      )
    }
  },
}

async function loadRuntime(): Promise<typeof Ort> {
  try {
    const loaded = await import('onnxruntime-node')
    return loaded
  } catch (cause) {
    const problem = `onnxruntime-node could not be loaded on ${process.platform} ${process.arch}: ${String(cause)}`
    throw new RuntimeError(
      problem,
      'Install it (npm i onnxruntime-node); it has binaries for Linux, Windows and Macs with Apple processors',
      { cause },
    )
  }
}

function wrap(ort: typeof Ort, session: Ort.InferenceSession): RuntimeSession {
  const convert = (tensors: Readonly<Record<string, RuntimeTensor>>): Record<string, Ort.Tensor> =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, { values, shape }]) => [name, new ort.Tensor('float32', values, shape)]),
    )
  return {
    // Tensors over JavaScript's own arrays: ONNX Runtime reads and writes them in place, nothing is copied.
    bind: (inputs, outputs) => {
      const feeds = convert(inputs)
      const fetches = convert(outputs)
      return {
        run: async () => {
          try {
            await session.run(feeds, fetches)
          } catch (cause) {
            throw new RuntimeError(
              `ONNX Runtime stopped in the middle of a graph: ${String(cause)}`,
              'Check the data; where it is right, please report a defect of @diapason/neural',
              { cause },
            )
          }
        },
      }
    },
    release: () => session.release(),
  }
}
