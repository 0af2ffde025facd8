import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: { index: 'src/index.ts' },
  format: 'esm',
  platform: 'neutral',
  fixedExtension: true, // .mjs and .d.mts
  target: 'es2024',
  dts: true,
  deps: { neverBundle: [/^node:/, 'diapason', 'onnxruntime-node'] },
})
