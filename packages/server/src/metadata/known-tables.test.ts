import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { allTables } from './known-tables.ts'

it('has the tables of every file, whatever else was imported', async () => {
  const known = allTables().length
  const folder = new URL('tables/', import.meta.url)
  const files = (await readdir(fileURLToPath(folder))).filter((name) => name.endsWith('tables.ts'))
  expect(files.length).toBeGreaterThan(10)
  for (const name of files) await import(new URL(name, folder).href)
  expect(allTables()).toHaveLength(known)
})
