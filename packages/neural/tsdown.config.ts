import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'files-node': 'src/platform/files-node.ts',
    'files-browser': 'src/platform/files-browser.ts',
    'runtime-node': 'src/platform/runtime-node.ts',
    'runtime-browser': 'src/platform/runtime-browser.ts',
  },
  format: 'esm',
  platform: 'neutral',
  fixedExtension: true, // .mjs and .d.mts
  target: 'es2024',
  dts: true,
  // '#…' stays as written: "imports" of package.json decides between Node and browser where it runs.
  deps: { neverBundle: [/^#/, /^node:/, 'diapason', 'onnxruntime-node', /^onnxruntime-web/] },
})
