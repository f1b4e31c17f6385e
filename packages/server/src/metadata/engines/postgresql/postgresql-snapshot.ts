import type { Client } from 'pg'
import { assertRange } from '../../key-limits.ts'
import type { Entry, Snapshot, SnapshotRange } from '../../ordered-store.ts'
import { type Connection, send } from './connection.ts'
import { scanAlone, scanKeys } from './reads.ts'
import { BEGIN_SNAPSHOT, COMMIT, type Statement } from './statements.ts'

/** The first statement of a transaction chooses what all of it see. */
const CHOOSE: Statement = { name: 'choose', text: 'select 1' }

/** A transaction that only reads, on a connection of its own. */
export class PostgresqlSnapshot implements Snapshot {
  readonly #connection: Connection
  readonly #client: Client

  private constructor(connection: Connection, client: Client) {
    this.#connection = connection
    this.#client = client
  }

  static async begin(connection: Connection): Promise<Snapshot> {
    const client = await connection.client()
    try {
      await send(client, BEGIN_SNAPSHOT)
      await send(client, CHOOSE)
      return new PostgresqlSnapshot(connection, client)
    } catch (error) {
      const fault = connection.failed(client, error, 'a read')
      await connection.close()
      throw fault
    }
  }

  async scan(range: SnapshotRange): Promise<Entry[]> {
    assertRange(range)
    try {
      return await (range.keysOnly ? scanKeys(this.#client, range) : scanAlone(this.#client, range))
    } catch (error) {
      throw this.#connection.failed(this.#client, error, 'a read')
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await send(this.#client, COMMIT).catch(() => undefined)
    await this.#connection.close()
  }
}
