import { StorageFault } from '../../../base/storage-fault.ts'
import { type Connection, send } from './connection.ts'
import { BEGIN, COMMIT, LOCK, ROLLBACK, TABLES } from './statements.ts'
import { int8Array } from './binary-arrays.ts'
import { ALONE } from './key-locks.ts'

/** Of the table, not of the rows in it. */
const VERSION = 1

/** Makes the table where it is not there; `StorageFault('corrupt')` for one of a newer version. */
export async function prepareTable(connection: Connection): Promise<void> {
  const client = await connection.client()
  try {
    const { rows: tables } = await send(client, {
      name: 'has_table',
      text: "select to_regclass('holdfast_format')",
    })
    if (tables[0]?.[0] == null) await makeTable(connection)
    const { rows } = await send(client, { name: 'version', text: 'select version from holdfast_format' })
    const version = Number(rows[0]?.[0])
    if (version === VERSION) return
    throw new StorageFault(
      'corrupt',
      `the table of the metadata is of version ${version}; this server knows ${VERSION}`,
    )
  } catch (error) {
    throw connection.failed(client, error, 'opening')
  }
}

/** Others that start at the same time wait. */
async function makeTable(connection: Connection): Promise<void> {
  const client = await connection.client()
  const insert = `insert into holdfast_format (id, version) values (1, ${VERSION}) on conflict do nothing`
  await send(client, BEGIN)
  try {
    await send(client, LOCK, [int8Array(ALONE)])
    for (const text of [...TABLES, insert]) await client.query(text)
    await send(client, COMMIT)
  } catch (error) {
    await send(client, ROLLBACK).catch(() => undefined)
    throw error
  }
}
