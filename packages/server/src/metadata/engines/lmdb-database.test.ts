import { hash } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { type LmdbDatabase, openLmdbDatabase } from './lmdb-database.ts'
import { temporaryFolder } from './temporary-folder.suite.ts'

async function openDatabase(): Promise<LmdbDatabase> {
  const database = openLmdbDatabase({ path: await temporaryFolder() })
  onTestFinished(() => database.close())
  return database
}

/** A commit of three rows, unless there are any. */
function commit(database: LmdbDatabase, name: string): Promise<boolean> {
  return database.ifNoExists(Buffer.from(name), () => {
    for (const row of ['', ' a', ' b']) void database.put(Buffer.from(name + row), Buffer.from('value'), 1)
  })
}

test('eight commits of one turn of the event loop share a transaction, however long the turn takes', async () => {
  const database = await openDatabase()
  const before = database.env.info().lastTxnId
  const megabyte = Buffer.alloc(2 ** 20)
  const committing = Array.from({ length: 8 }, (_, number) => {
    hash('sha256', megabyte)
    return commit(database, String(number))
  })
  expect(await Promise.all(committing)).toEqual(Array<boolean>(8).fill(true))
  expect(database.env.info().lastTxnId - before).toBe(1)
})

test('what was noted of settled writes is let go of', async () => {
  const database = await openDatabase()
  const noted: { next: { next: object | null } }[] = []
  database.on('aftercommit', ({ next }: { next: { next: object | null } }) => void noted.push({ next }))
  for (const name of ['first', 'second', 'third']) expect(await commit(database, name)).toBe(true)
  expect(await commit(database, 'first')).toBe(false)
  // The first is of what lmdb begins with.
  const [, ...afterwards] = noted.map(({ next }) => next.next)
  expect(afterwards.length).toBeGreaterThan(2)
  expect(afterwards.pop()).not.toBeNull()
  for (const next of afterwards) expect(next).toBeNull()
})
