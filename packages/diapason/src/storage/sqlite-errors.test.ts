import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OptionError, StorageError } from '../errors.ts'
import { openSqlite } from './sqlite.ts'
import { openSqlite as openWithoutNode } from './sqlite-unavailable.ts'

let folder: string
let file: string

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'diapason-errors-'))
  await chmod(folder, 0o755)
  file = path.join(folder, 'tuning.db')
})
afterEach(async () => {
  await chmod(folder, 0o755)
  await rm(folder, { recursive: true })
})

/** A database with a study "digits" and one complete trial. */
async function fill(target = file): Promise<void> {
  const storage = await openSqlite(target)
  const study = await storage.createStudy('digits', ['minimize'])
  await storage.createTrial(study.id, { state: 'complete', values: [1] })
  await storage.close()
}

function edit(sql: string): void {
  const db = new DatabaseSync(file)
  db.exec(sql)
  db.close()
}

/** Root may write anywhere, so a test about permissions gives that up for a moment. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return work()
  process.seteuid?.(65_534)
  try {
    await work()
  } finally {
    process.seteuid?.(0)
  }
}

async function failureOf(step: Promise<unknown>): Promise<string> {
  const error = await step.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(StorageError)
  return (error as StorageError).message
}

describe('opening', () => {
  it.each([
    ['a path', (at: string) => at],
    ['sqlite:FILE', (at: string) => `sqlite:${at}`],
    ["Optuna's spelling", (at: string) => `sqlite:///${at}`],
    ["Optuna's spelling with options", (at: string) => `sqlite:///${at}?timeout=10`],
  ])('takes %s', async (_, spell) => {
    await fill()
    const storage = await openSqlite(spell(file), { readOnly: true })
    expect(storage.url).toBe(`sqlite:${file}`)
    expect(await storage.findStudy('digits')).toBeDefined()
    await storage.close()
  })

  it('takes a relative path in any spelling', async () => {
    await fill()
    const relative = path.relative(process.cwd(), file)
    for (const url of [relative, `sqlite:${relative}`, `sqlite:///${relative}`]) {
      const storage = await openSqlite(url, { readOnly: true })
      expect(await storage.listStudies()).toHaveLength(1)
      await storage.close()
    }
  })

  it.each(['sqlite:', 'sqlite://tuning.db', ''])('refuses %j', async (url) => {
    expect(await failureOf(openSqlite(url))).toMatch(/sqlite:FILE/)
  })

  it('refuses a negative timeout', async () => {
    await expect(openSqlite(file, { timeoutMs: -1 })).rejects.toThrow(OptionError)
  })

  it('says that the folder is missing', async () => {
    const missing = path.join(folder, 'runs', 'tuning.db')
    expect(await failureOf(openSqlite(missing))).toMatch(/folder .* does not exist.*mkdir -p .*runs/)
  })

  it('says that the path is a folder', async () => {
    expect(await failureOf(openSqlite(folder))).toMatch(/is a folder/)
  })

  it.each([false, true])('says that the file is not a database (readOnly %s)', async (readOnly) => {
    await writeFile(file, 'lr,accuracy\n0.1,0.9\n'.repeat(300))
    expect(await failureOf(openSqlite(file, { readOnly }))).toMatch(/not an SQLite database/)
    expect(await readFile(file, 'utf8')).toMatch(/^lr,accuracy/)
  })

  it('leaves the database of another program alone', async () => {
    edit('CREATE TABLE invoices (id INTEGER PRIMARY KEY)')
    expect(await failureOf(openSqlite(file))).toMatch(/something else \(invoices\)/)
    expect(await failureOf(openSqlite(file, { readOnly: true }))).toMatch(/something else/)
    const db = new DatabaseSync(file)
    expect(db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()).toHaveLength(1)
    db.close()
  })

  it('fills an empty file', async () => {
    await writeFile(file, '')
    await fill()
    expect((await stat(file)).size).toBeGreaterThan(0)
  })

  it.each(['v3.0.0.d', 'v0.9.0.a'])('asks for an upgrade of the older schema %s', async (revision) => {
    await fill()
    edit(`UPDATE alembic_version SET version_num = '${revision}'`)
    expect(await failureOf(openSqlite(file))).toMatch(/older Optuna.*optuna storage upgrade/)
  })

  it('asks for an upgrade where there is no revision at all', async () => {
    await fill()
    edit('DROP TABLE alembic_version')
    expect(await failureOf(openSqlite(file))).toMatch(/optuna storage upgrade/)
  })

  it.each(['v9.0.0.a', 'v3.2.0.b'])('asks for a newer diapason for the schema %s', async (revision) => {
    await fill()
    edit(`UPDATE alembic_version SET version_num = '${revision}'`)
    expect(await failureOf(openSqlite(file))).toMatch(/newer.*Upgrade diapason/)
    expect(await failureOf(openSqlite(file, { readOnly: true }))).toMatch(/newer.*Upgrade diapason/)
  })
})

describe('damage', () => {
  it('is told from the pages that were read', async () => {
    const storage = await openSqlite(file)
    const study = await storage.createStudy('digits', ['minimize'])
    const userAttrs = { blob: 'x'.repeat(2000) }
    for (let i = 0; i < 50; i++) await storage.createTrial(study.id, { state: 'complete', values: [1], userAttrs })
    await storage.close()
    const bytes = await readFile(file)
    // The first page holds the schema; everything behind it is overwritten.
    await writeFile(file, Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 0xa5)]))
    const failure = await failureOf(
      openSqlite(file).then(async (opened) => opened.readTrials(study.id).finally(() => opened.close())),
    )
    expect(failure).toMatch(/is damaged.*\.recover/)
  })

  it('of a row is told with what it holds', async () => {
    await fill()
    edit("UPDATE trials SET state = 'DREAMING'")
    const storage = await openSqlite(file)
    expect(await failureOf(storage.readTrials(1))).toMatch(/unknown trial state: "DREAMING"/)
    await storage.close()
  })
})

describe('permissions', () => {
  it.skipIf(process.platform === 'win32')('a file that cannot be written says so when it is opened', async () => {
    await fill()
    await chmod(file, 0o444)
    await asNobody(async () => {
      expect(await failureOf(openSqlite(file))).toMatch(/cannot be written.*readOnly/)
    })
  })

  it.skipIf(process.platform === 'win32')('a folder that cannot be written takes no new database', async () => {
    await chmod(folder, 0o555)
    await asNobody(async () => {
      expect(await failureOf(openSqlite(file))).toMatch(/cannot be opened.*permission/)
    })
  })

  it.skipIf(process.platform === 'win32')('a database in a folder that cannot be written can be read', async () => {
    await fill()
    await chmod(file, 0o444)
    await chmod(folder, 0o555)
    await asNobody(async () => {
      const storage = await openSqlite(file, { readOnly: true })
      expect((await storage.readTrials(1)).trials).toMatchObject([{ values: [1] }])
      await storage.close()
    })
  })
})

describe('reading only', () => {
  it('reads while another process writes, and refuses to write', async () => {
    await fill()
    const writer = await openSqlite(file)
    const reader = await openSqlite(file, { readOnly: true })
    const first = await reader.readTrials(1)
    await writer.createTrial(1, { state: 'running' })
    expect((await reader.readTrials(1, first.cursor)).trials).toMatchObject([{ number: 1 }])
    expect(await failureOf(reader.createStudy('new', ['minimize']))).toMatch(/opened for reading only/)
    expect(await reader.listStudies()).toHaveLength(1)
    await writer.close()
    await reader.close()
  })

  it('creates nothing', async () => {
    expect(await failureOf(openSqlite(file, { readOnly: true }))).toMatch(/does not exist/)
    await writeFile(file, '')
    expect(await failureOf(openSqlite(file, { readOnly: true }))).toMatch(/empty database/)
    expect((await stat(file)).size).toBe(0)
  })
})

describe('locks', () => {
  it('are waited for without blocking this process', async () => {
    await fill()
    const storage = await openSqlite(file, { timeoutMs: 10_000 })
    const other = new DatabaseSync(file)
    other.exec('BEGIN IMMEDIATE')
    const created = storage.createTrial(1, { state: 'running' })
    await new Promise((resolve) => setTimeout(resolve, 300))
    other.exec('COMMIT')
    other.close()
    expect(await created).toMatchObject({ number: 1 })
    await storage.close()
  })

  it('are told when they last too long, and nothing is written', async () => {
    await fill()
    const storage = await openSqlite(file, { timeoutMs: 150 })
    const other = new DatabaseSync(file)
    other.exec('BEGIN IMMEDIATE')
    expect(await failureOf(storage.createTrial(1, { state: 'running' }))).toMatch(/locked by another process/)
    expect(await storage.listStudies()).toMatchObject([{ counts: { running: 0, complete: 1 } }])
    other.exec('ROLLBACK')
    other.close()
    expect(await storage.createTrial(1, { state: 'running' })).toMatchObject({ number: 1 })
    await storage.close()
  })
})

describe('a closed storage', () => {
  it('says so, may be closed again, and leaves one file behind', async () => {
    await fill()
    const storage = await openSqlite(file)
    const pending = storage.createTrial(1, { state: 'running' })
    await storage.close()
    await storage.close()
    expect(await pending).toMatchObject({ number: 1 })
    expect(await failureOf(storage.listStudies())).toMatch(/has been closed/)
    for (const rest of ['-wal', '-shm']) await expect(stat(file + rest)).rejects.toThrow(/ENOENT/)
    await mkdir(path.join(folder, 'moved'))
    await copyFile(file, path.join(folder, 'moved', 'tuning.db'))
    const moved = await openSqlite(path.join(folder, 'moved', 'tuning.db'))
    expect((await moved.readTrials(1)).trials).toHaveLength(2)
    await moved.close()
  })
})

describe('where there is no Node.js', () => {
  it('says what to use instead', async () => {
    expect(await failureOf(openWithoutNode('sqlite:tuning.db'))).toMatch(/needs Node\.js.*memory/)
  })
})
