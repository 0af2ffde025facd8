import { describe, expect, it } from 'vitest'
import { splitSecrets } from './secrets.ts'

describe('a URL without its password', () => {
  it.each([
    ['postgresql://tune:p%40ss@db/x', 'postgresql://tune@db/x', { PGPASSWORD: 'p@ss' }],
    [
      'postgresql://tune@db/x?password=s%26t&sslmode=require',
      'postgresql://tune@db/x?sslmode=require',
      { PGPASSWORD: 's&t' },
    ],
    [
      'postgresql://tune@db/x?sslmode=require&password=st',
      'postgresql://tune@db/x?sslmode=require',
      { PGPASSWORD: 'st' },
    ],
    ['postgresql://tune:old@db/x?password=new', 'postgresql://tune@db/x', { PGPASSWORD: 'new' }],
    ['postgresql://tune@db/x', 'postgresql://tune@db/x', {}],
    ['https://worker:TOKEN@gateway', 'https://worker@gateway', { DIAPASON_TOKEN: 'TOKEN' }],
    ['sqlite:/shared/a:b@c.db', 'sqlite:/shared/a:b@c.db', {}],
  ])('%s', (url, stripped, secrets) => {
    expect(splitSecrets(url)).toEqual({ url: stripped, secrets })
  })
})
