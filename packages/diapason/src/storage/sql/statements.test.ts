import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSqlite } from '../sqlite.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { listStatement, type Statement, statement } from './statement.ts'
import { studyStatements } from './study-statements.ts'
import { trialStatements } from './trial-statements.ts'

describe('a statement', () => {
  const { builder } = sqliteDialect()

  it('is compiled once and bound many times, in the order of its placeholders', () => {
    let built = 0
    const find = statement((arg: { readonly name: string; readonly id: number }) => {
      built++
      return builder
        .selectFrom('studies')
        .select('study_id')
        .where('study_name', '=', arg.name)
        .where('study_id', '>', arg.id)
    })
    expect(find.sql).toBe('select "study_id" from "studies" where "study_name" = ? and "study_id" > ?')
    expect(find.bind([{ id: 1, name: 'a' }])).toEqual(['a', 1])
    expect(find.bind([{ id: 2, name: 'b' }])).toEqual(['b', 2])
    expect(built).toBe(1)
  })

  it('over a list is compiled once for each length', () => {
    const insert = listStatement((rows: readonly { readonly name: string }[]) =>
      builder.insertInto('studies').values(rows.map((row) => ({ study_name: row.name }))),
    )
    expect(insert(2)).toBe(insert(2))
    expect(insert(2).sql).toBe('insert into "studies" ("study_name") values (?), (?)')
    expect(insert(2).bind([{ name: 'a' }, { name: 'b' }])).toEqual(['a', 'b'])
  })
})

describe('statements that run for every trial', () => {
  let folder: string
  let db: DatabaseSync
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'diapason-plans-'))
    const file = path.join(folder, 'tuning.db')
    await (await openSqlite(file)).close()
    db = new DatabaseSync(file)
  })
  afterAll(async () => {
    db.close()
    await rm(folder, { recursive: true })
  })

  const dialect = sqliteDialect()
  const { exists, lock } = studyStatements(dialect)
  const all: { readonly [name: string]: Statement<never, unknown> } = {
    exists,
    lock,
    ...Object.fromEntries(
      Object.entries(trialStatements(dialect)).map(([name, one]) => [name, typeof one === 'function' ? one(4) : one]),
    ),
  }

  // So that a trial costs the same after ten thousand others.
  it.each(Object.entries(all))('never look at a whole table: %s', (_, { sql }) => {
    const plan = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()
    const details = plan.map((row) => String(row.detail))
    expect(details.filter((detail) => /^SCAN (?!.*(CONSTANT ROW|VALUES CLAUSE))/.test(detail))).toEqual([])
  })

  it.each(['nextWaiting', 'claim', 'stale'])('pass over finished trials: %s', (name) => {
    const plan = db.prepare(`EXPLAIN QUERY PLAN ${all[name]?.sql}`).all()
    expect(plan.map((row) => row.detail).join('\n')).toMatch(/ix_diapason_unfinished_trials/)
  })
})
