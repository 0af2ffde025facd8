// What the published packages promise is there: publint and are-the-types-wrong judge the packed tarballs, and a list of files that must be in
// them, or must not, catches a build that was forgotten. Needs `npm run build` first.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { inTemporaryFolder, pack, publishedPackages, ROOT } from './packed.mjs'

const REQUIRED = ['package.json', 'README.md', 'LICENSE', 'dist/index.mjs', 'dist/index.d.mts']
const FORBIDDEN = /^(src|test|fixtures)\/|\.(test|test-d|tmp)\.|\.db$|(^|\/)tsconfig|\.map$/

await inTemporaryFolder('exports', (folder) => {
  for (const packageFolder of publishedPackages()) {
    const { tarball, name, files, size } = pack(packageFolder, folder)
    const missing = REQUIRED.filter((file) => !files.includes(file))
    const strays = files.filter((file) => FORBIDDEN.test(file))
    if (missing.length > 0) throw new Error(`${name}: the tarball lacks ${missing.join(', ')}; run npm run build`)
    if (strays.length > 0)
      throw new Error(`${name}: the tarball holds ${strays.join(', ')}; see "files" in package.json`)
    run('publint', ['--strict', tarball])
    // The packages are ES modules alone; only what import sees is judged.
    run('attw', [tarball, '--profile', 'esm-only', '--no-emoji', '--format', 'ascii'])
    console.log(`exports ok: ${name}, ${files.length} files, ${Math.round(size / 1024)} KB packed`)
  }
})

/** Runs a tool and keeps its output for the case that it objects. */
function run(tool, args) {
  const path = join(ROOT, 'node_modules/.bin', tool)
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, ...args], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${tool} objects:\n${stdout}${stderr}`)
}
