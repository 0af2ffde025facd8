#!/usr/bin/env node
// Says what is missing before anything of it is needed; the rest is the built command line.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(`diapason needs Node 22.18 or newer, this is ${process.version}. See https://nodejs.org/download`)
  process.exit(2)
}
await import('../dist/cli.mjs')
