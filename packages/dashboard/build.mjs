// Builds the page into a folder: node build.mjs OUT. One script, one style sheet, nothing from elsewhere.
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const MOST_GZIP_KB = 350
const here = dirname(fileURLToPath(import.meta.url))
const out = resolve(process.argv[2] ?? join(here, 'dist'))
mkdirSync(out, { recursive: true })
await build({
  entryPoints: { app: join(here, 'src/main.tsx') },
  outdir: out,
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  minify: true,
  jsx: 'automatic',
  jsxImportSource: 'preact',
  // The charts come from the library's sources, so that the page can be built before it.
  conditions: ['@diapason/source'],
  logLevel: 'error',
})
for (const file of ['index.html', 'icon.svg']) copyFileSync(join(here, 'src', file), join(out, file))
const size = ['app.js', 'app.css', 'index.html', 'icon.svg']
  .map((file) => gzipSync(readFileSync(join(out, file))).length / 1024)
  .reduce((sum, kilobytes) => sum + kilobytes, 0)
console.log(`page built: ${size.toFixed(1)} KB compressed`)
if (size > MOST_GZIP_KB) throw new Error(`the page weighs ${size.toFixed(0)} KB, the ceiling is ${MOST_GZIP_KB}`)
