#!/usr/bin/env node
// Says what is missing before anything of it is needed; the rest is the built command line.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(`diapason needs Node 22.18 or newer, this is ${process.version}. See https://nodejs.org/download`)
  process.exit(2)
}
if (process.argv[2] === 'dashboard') withSmallMemory()
await import('../dist/cli.mjs')

/**
 * A page stays open for days beside trainings. That V8 shall prefer little memory to speed it can only be told when a process starts: this
 * one is replaced by itself, where the system can do so.
 */
function withSmallMemory() {
  const flag = '--optimize-for-size'
  if (process.platform === 'win32' || process.execArgv.includes(flag)) return
  process.execve(process.execPath, [process.argv0, ...process.execArgv, flag, ...process.argv.slice(1)], process.env)
}
