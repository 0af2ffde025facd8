import { describe, expect, it } from 'vitest'
import { openStorage } from './open-storage.ts'
import { connectionString, isPostgresUrl, maskedUrl } from './postgres-url.ts'

describe('the URL of a PostgreSQL database', () => {
  it.each([
    'postgresql://localhost/tuning',
    'postgres://localhost/tuning',
    'postgresql+psycopg2://tune:secret@localhost/tuning',
    'postgresql+pg8000://localhost/tuning',
  ])('is known: %s', (url) => {
    expect(isPostgresUrl(url)).toBe(true)
    expect(connectionString(url)).toMatch(/^postgresql:\/\/(tune:secret@)?localhost\/tuning$/)
  })

  it.each(['sqlite:tuning.db', 'mysql://localhost/tuning', 'postgresql.db', 'memory'])('is none: %s', (url) => {
    expect(isPostgresUrl(url)).toBe(false)
  })

  it('gives sslmode the meaning of libpq', () => {
    expect(connectionString('postgresql://h/d?sslmode=require')).toMatch(/&uselibpqcompat=true$/)
    expect(connectionString('postgresql://h/d?sslmode=verify-full&uselibpqcompat=false')).not.toMatch(/=true/)
    expect(connectionString('postgresql:///d?host=/run/postgresql')).toBe('postgresql:///d?host=/run/postgresql')
  })

  it.each([
    ['postgresql://tune:s3cret@db:5433/x', 'postgresql://tune:***@db:5433/x'],
    ['postgresql+psycopg2://tune:a@b:c@db/x', 'postgresql+psycopg2://tune:***@db/x'],
    ['postgresql://tune@db/x', 'postgresql://tune@db/x'],
    [
      'postgresql://db/x?user=tune&password=s3cret&sslmode=require',
      'postgresql://db/x?user=tune&password=***&sslmode=require',
    ],
    ['postgresql:///x?host=/run', 'postgresql:///x?host=/run'],
    ['sqlite:tuning.db', 'sqlite:tuning.db'],
  ])('is shown without its password: %s', (url, shown) => {
    expect(maskedUrl(url)).toBe(shown)
  })

  it.each([
    'postgresql://tune:s3cret@host with space/x',
    'postgresql://tune:s3cret@db:port/x',
    'postgresql://tune:s3cret/100%@db/x',
    'mysql://tune:s3cret@db/x',
  ])('that cannot be read is not repeated with its password: %s', async (url) => {
    const error: unknown = await openStorage(url).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'StorageError' })
    expect(String(error)).not.toMatch(/s3cret/)
  })
})
