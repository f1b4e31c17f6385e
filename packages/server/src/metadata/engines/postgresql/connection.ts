import { Client, type ClientConfig, type QueryArrayResult } from 'pg'
import { StorageFault } from '../../../base/storage-fault.ts'
import { isAnswered, isWrongServer, postgresqlFault } from './postgresql-fault.ts'
import { IS_STANDBY, type Statement } from './statements.ts'

const BYTEA_OID = 17
const INT8_OID = 20

/** What a statement takes: arrays go in as buffers, see binary-arrays.ts. */
export type Value = Uint8Array | number

/** Of an answer: `bytea` as a buffer, `bigint` as a number, which must be a safe one, all else as text. */
export type Column = Buffer | number | string | null

export interface PostgresqlServer {
  /** Or the folder of a socket. */
  readonly host: string
  readonly port?: number
  readonly user: string
  readonly database: string
  /** Asked for at each connection. */
  readonly password: () => Promise<string>
  /** Absent: nothing is encrypted. The server's certificate has to be good for the host. */
  readonly tls?: PostgresqlTlsOptions
}

export interface PostgresqlTlsOptions {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

/** What connects to the server, and its session's settings. */
export interface ConnectionOptions {
  /** Tried one after the other until one is no standby. */
  readonly servers: readonly PostgresqlServer[]
  /** Sent when a session begins. */
  readonly settings: Readonly<Record<string, string>>
  /** How long an answer may take before the connection counts as lost. */
  readonly answerMilliseconds: number
}

/**
 * One connection, made when it is needed and made anew when it was lost. Statements that are sent in the same turn are
 * answered in that order, and need not wait for each other's answers.
 */
export class Connection {
  readonly #options: ConnectionOptions
  #client: Promise<Client> | undefined
  #connected: Client | undefined
  #isClosed = false

  constructor(options: ConnectionOptions) {
    this.#options = options
  }

  /** A session to send several statements in. What fails there may have to be told by `failed`. */
  client(): Promise<Client> {
    if (this.#isClosed) return Promise.reject(new StorageFault('unavailable', 'the metadata store is closed'))
    this.#client ??= this.#connect()
    return this.#client
  }

  /** What a failed statement means; one that no server answered ends the session. */
  failed(client: Client, error: unknown, doing: string): StorageFault {
    if (!isAnswered(error) || isWrongServer(error)) this.#drop(client)
    return postgresqlFault(error, doing)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const client = await this.#client?.catch(() => undefined)
    this.#client = undefined
    await client?.end().catch(() => undefined)
  }

  async #connect(): Promise<Client> {
    let failure: unknown
    for (const server of this.#options.servers) {
      try {
        this.#connected = await this.#connectTo(server)
        return this.#connected
      } catch (error) {
        failure = error
      }
    }
    this.#client = undefined
    throw postgresqlFault(failure, 'connecting')
  }

  async #connectTo({ tls, port = 5432, ...server }: PostgresqlServer): Promise<Client> {
    const { settings, answerMilliseconds } = this.#options
    // Its types do not know `pipeline` yet.
    const options: ClientConfig & { readonly pipeline: true } = {
      pipeline: true,
      ...server,
      port,
      ssl: tls ? { ...tls, rejectUnauthorized: true } : false,
      application_name: 'holdfast',
      keepAlive: true,
      query_timeout: answerMilliseconds,
      connectionTimeoutMillis: Math.min(5000, answerMilliseconds),
      types: { getTypeParser: parserOf },
    }
    const client = new Client(options)
    // Whoever waits for an answer is told by it; this is for the next one.
    client.on('error', () => this.#drop(client))
    client.on('end', () => this.#drop(client))
    try {
      await client.connect()
      await client.query(
        Object.entries(settings)
          .map(([name, value]) => `set ${name} = '${value}';`)
          .join(''),
      )
      const { rows } = await send(client, IS_STANDBY)
      if (rows[0]?.[0] === 't') throw new StorageFault('readOnly', 'the PostgreSQL server is a standby')
      return client
    } catch (error) {
      void client.end().catch(() => undefined)
      throw error
    }
  }

  #drop(client: Client): void {
    if (client === this.#connected) this.#client = this.#connected = undefined
    void client.end().catch(() => undefined)
  }
}

/** Sends one statement at once. */
export function send(
  client: Client,
  { name, text }: Statement,
  values: readonly Value[] = [],
): Promise<QueryArrayResult<Column[]>> {
  return client.query<Column[]>({ name, text, values: [...values], rowMode: 'array' })
}

function parserOf(oid: number): (text: string) => unknown {
  if (oid === BYTEA_OID) return bytesOf
  if (oid === INT8_OID) return Number
  return same
}

/** `bytea_output` is hex. */
function bytesOf(text: string): Buffer {
  return Buffer.from(text.slice(2), 'hex')
}

function same(text: string): string {
  return text
}
