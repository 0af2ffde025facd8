// Bundles the page and serves it: npm start. Any bundler and any server will do; what a page needs beside its script are onnxruntime-web's
// .wasm files, and in data/ above it the data sets.
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { basename, dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const HERE = import.meta.dirname
const folderOf = (module: string): string => dirname(fileURLToPath(import.meta.resolve(module)))
const FOLDERS: Readonly<Record<string, string>> = {
  '/': HERE,
  '/data': join(folderOf('@diapason/neural/package.json'), 'data'),
  '/assets': folderOf('onnxruntime-web/ort-wasm-simd-threaded.wasm'),
}
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
}

/** Serves the page on this machine; port 0 finds a free one. */
export async function servePage(port: number): Promise<{ readonly address: string; readonly server: Server }> {
  const scripts = await bundle()
  const server = createServer(async (request, response) => {
    const path = request.url === '/' ? '/index.html' : (request.url ?? '')
    const folder = FOLDERS[dirname(path)]
    const content =
      scripts.get(path) ?? (folder && (await readFile(join(folder, basename(path))).catch(() => undefined)))
    response.writeHead(content ? 200 : 404, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' })
    response.end(content)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const bound = server.address()
  return { address: `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : port}/`, server }
}

async function bundle(): Promise<ReadonlyMap<string, Uint8Array>> {
  const { outputFiles } = await build({
    entryPoints: [join(HERE, 'main.ts')],
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2024',
    minify: true,
    write: false,
    outdir: '/assets',
    logLevel: 'error',
  })
  return new Map(outputFiles.map(({ path, contents }) => [`/assets/${basename(path)}`, contents]))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(`open ${(await servePage(8080)).address}`)
