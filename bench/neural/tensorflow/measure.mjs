// Usage: node measure.mjs wasm|cpu dense|convolution EPOCHS FEATURES LABELS
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { measureTensorFlow } from './train.mjs'

const [backend, network, epochs, featureFile, labelFile] = process.argv.slice(2)
setWasmPaths(join(import.meta.dirname, 'node_modules/@tensorflow/tfjs-backend-wasm/dist/'))
await tf.setBackend(backend)
const features = new Float32Array(Uint8Array.from(readFileSync(featureFile)).buffer)
const labels = new Int32Array(Uint8Array.from(readFileSync(labelFile)).buffer)
console.log(JSON.stringify(await measureTensorFlow(network, features, labels, Number(epochs))))
