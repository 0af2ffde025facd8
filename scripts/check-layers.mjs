// Fails when a file imports upward or sideways (DESIGN: arrows point one way), when files import each other in a circle, when `node:` or a
// dependency turns up where it does not belong, or when a package reaches into another one's sources.
// Type-only imports count too: they are how circles start. Tests may import what they like.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** From the bottom up; folders in one row may not import each other. */
const LAYERS = [
  ['errors.ts', 'math'],
  ['space'],
  ['trial'],
  ['text'],
  ['models', 'expressions'],
  ['samplers', 'pruners', 'storage'],
  ['study'],
  ['validation', 'analysis'],
  ['fidelity'],
  ['charts'],
  ['report'],
  ['runner'],
  ['launch'],
  ['server'],
  ['cli'],
]
const RANK = new Map(LAYERS.flatMap((names, rank) => names.map((name) => [name, rank])))
const TESTING_RANK = RANK.get('study')

/** Where the library may touch Node. */
const NODE_ALLOWED = [
  /^storage\/(sqlite|same-file|journal|journal-(file|lock|reader)|worker-name|checkpoint-folder)\.ts$/,
  /^runner\//,
  /^launch\//,
  /^server\/(node|trial-files?)\.ts$/,
  /^cli\//,
]

/** Which folder of the library may import which package. */
const PACKAGE_ALLOWED = {
  kysely: ['storage'],
  pg: ['storage'],
  commander: ['cli'],
  yaml: ['launch', 'cli'],
  zod: ['cli'],
  vitest: ['testing'],
  'fast-check': ['testing'],
}

/** The library's own subpath imports, as the file each stands for. */
const SUBPATHS = {
  '#sqlite': 'storage/sqlite.ts',
  '#postgres': 'storage/postgres.ts',
  '#journal': 'storage/journal.ts',
  '#gateway': 'storage/gateway.ts',
  '#checkpoints': 'storage/checkpoint-folder.ts',
}

/** Every import of a TypeScript source, `import('…')` included; `dynamic` tells the latter. */
function importsOf(text) {
  const code = text.replaceAll(/^\s*\/\*[\s\S]*?\*\//gm, '').replaceAll(/^\s*\/\/.*$/gm, '')
  const found = []
  for (const [, spec] of code.matchAll(/^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm)) {
    found.push({ spec, dynamic: false })
  }
  for (const [, spec] of code.matchAll(/^\s*import\s*['"]([^'"]+)['"]/gm)) found.push({ spec, dynamic: false })
  for (const [, spec] of code.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)) found.push({ spec, dynamic: true })
  return found
}

function sourcesIn(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true })
    .map((file) => file.split(sep).join('/'))
    .filter((file) => /\.(ts|mts|tsx)$/.test(file) && !/(^|\/)(node_modules|dist)\//.test(file))
    .sort()
}

/** Tests, and what they share: generators of random inputs, and what reads the numbers they expect. */
const isTest = (file) => /\.(test|test-d)\.ts$|-arbitraries\.ts$|(^|\/)fixtures\//.test(file)
const packageOf = (spec) => spec.split('/', spec.startsWith('@') ? 2 : 1).join('/')
const isRelative = (spec) => spec.startsWith('.')

/** One sentence for each import that breaks a rule. */
export function layerProblems(root) {
  const library = join(root, 'packages/diapason/src')
  const problems = []
  const graph = new Map()
  for (const file of sourcesIn(library)) {
    if (isTest(file)) continue
    const targets = []
    graph.set(file, targets)
    for (const { spec, dynamic } of importsOf(readFileSync(join(library, file), 'utf8'))) {
      const target = SUBPATHS[spec] ?? (isRelative(spec) ? posix.join(posix.dirname(file), spec) : undefined)
      const problem = target === undefined ? packageProblem(file, spec, dynamic) : arrowProblem(file, target)
      if (problem !== undefined) problems.push(`packages/diapason/src/${file}: imports ${spec}; ${problem}`)
      if (target !== undefined && !dynamic) targets.push(target)
    }
  }
  return [...problems, ...cycles(graph), ...outsideProblems(root)]
}

function arrowProblem(file, target) {
  const from = file.split('/')[0]
  const to = target.split('/')[0]
  if (target === '../package.json') return undefined
  if (target.startsWith('..')) return 'a package may not leave its own src folder'
  if (from === to) return undefined
  if (from === 'index.ts') return to === 'testing' ? 'nobody may import testing' : undefined
  if (to === 'index.ts' || to === 'testing') return `nobody may import ${to}`
  if (!RANK.has(to)) return `"${to}" has no layer, add it to LAYERS`
  const rank = from === 'testing' ? TESTING_RANK + 1 : RANK.get(from)
  if (rank === undefined) return `"${from}" has no layer, add it to LAYERS`
  if (RANK.get(to) < rank) return undefined
  return `"${from}" may only use layers below it, and "${to}" is not one`
}

function packageProblem(file, spec, dynamic) {
  const folder = file.split('/')[0]
  if (spec.startsWith('node:')) {
    return NODE_ALLOWED.some((pattern) => pattern.test(file)) ? undefined : 'this file must run in a browser too'
  }
  const name = packageOf(spec)
  if (name.startsWith('@diapason/')) {
    return folder === 'cli' && dynamic ? undefined : 'the library stands below it; only the cli may load it, on demand'
  }
  if (PACKAGE_ALLOWED[name]?.includes(folder)) return undefined
  return `"${folder}" may not use the package "${name}"; see PACKAGE_ALLOWED`
}

/** Other packages and examples use what the library exports, not its files. Only bench/ and test/ may take a part alone. */
function outsideProblems(root) {
  const problems = []
  const packages = existsSync(join(root, 'packages')) ? readdirSync(join(root, 'packages')) : []
  const homes = packages.filter((name) => name !== 'diapason').map((name) => `packages/${name}`)
  for (const home of [...homes, 'examples']) {
    for (const file of sourcesIn(join(root, home))) {
      for (const { spec } of importsOf(readFileSync(join(root, home, file), 'utf8'))) {
        const problem = outsideProblem(home, `${home}/${file}`, spec)
        if (problem !== undefined) problems.push(`${home}/${file}: imports ${spec}; ${problem}`)
      }
    }
  }
  return problems
}

function outsideProblem(home, file, spec) {
  if (isRelative(spec)) {
    const target = posix.join(posix.dirname(file), spec)
    const leaves = home.startsWith('packages/') ? !target.startsWith(`${home}/`) : target.startsWith('packages/')
    return leaves ? 'another package is imported by its name, not by a path' : undefined
  }
  if (home === 'packages/dashboard' && packageOf(spec) === 'diapason') {
    return spec === 'diapason/charts' ? undefined : 'the dashboard speaks HTTP only, but for the charts'
  }
  const deep = home.startsWith('packages/') && spec.startsWith('diapason/') && !isTest(file)
  return deep ? 'only the entry "diapason" itself is open to other packages' : undefined
}

/** Circles of static imports, each told once from its first file. */
function cycles(graph) {
  const done = new Set()
  const problems = []
  function visit(file, path) {
    const at = path.indexOf(file)
    if (at >= 0) {
      problems.push(
        `packages/diapason/src/${file}: imports itself in a circle: ${[...path.slice(at), file].join(' → ')}`,
      )
      return
    }
    if (done.has(file)) return
    for (const target of graph.get(file) ?? []) visit(target, [...path, file])
    done.add(file)
  }
  for (const file of graph.keys()) visit(file, [])
  return problems
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = process.argv[2] ?? dirname(dirname(fileURLToPath(import.meta.url)))
  const problems = layerProblems(root)
  if (problems.length > 0) {
    console.error(problems.join('\n'))
    process.exit(1)
  }
  const count = sourcesIn(join(root, 'packages')).length
  console.log(`layers ok: ${count} files under ${relative(process.cwd(), join(root, 'packages')) || '.'}`)
}
