// The packages as they would be published: what npm packs, nothing that only lies in the repository.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

/** Folders of the packages that are published. */
export function publishedPackages() {
  return readdirSync(join(ROOT, 'packages'))
    .map((name) => join(ROOT, 'packages', name))
    .filter((folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).private !== true)
}

/** Packs one package into `folder`: the tarball's path, its name, its files and its size in bytes. */
export function pack(packageFolder, folder) {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
  const [packed] = Object.values(JSON.parse(execFileSync('npm', args, { cwd: packageFolder, encoding: 'utf8' })))
  const files = packed.files.map((file) => file.path)
  return { tarball: join(folder, packed.filename), name: packed.name, files, size: packed.size }
}

/** Runs `work` with an empty folder that is removed afterwards, also after a failure. */
export async function inTemporaryFolder(label, work) {
  const folder = mkdtempSync(join(tmpdir(), `diapason-${label}-`))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
