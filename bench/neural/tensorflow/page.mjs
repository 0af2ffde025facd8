import * as tf from '@tensorflow/tfjs'
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { measureTensorFlow } from './train.mjs'

const bytes = async (address) => await (await fetch(address)).arrayBuffer()

setWasmPaths('/')
setThreadsCount(1)
window.measure = async ({ network, epochs }) => {
  if (!(await tf.setBackend('wasm'))) throw new Error('the WebAssembly backend does not start')
  const features = new Float32Array(await bytes('/features'))
  return await measureTensorFlow(network, features, new Int32Array(await bytes('/labels')), epochs)
}
