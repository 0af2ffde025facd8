// Usage: node ours.ts node|wasm dense|convolution EPOCHS
import { configureRuntime, type RuntimeKind } from '@diapason/neural'
import { loadExamples, type NetworkName } from './task.ts'
import { measureOurs } from './train-ours.ts'

const [kind = 'node', network = 'dense', epochs = '5'] = process.argv.slice(2)
configureRuntime({ kind: kind as RuntimeKind })
const examples = await loadExamples(network as NetworkName)
console.log(JSON.stringify(await measureOurs(network as NetworkName, examples, Number(epochs))))
