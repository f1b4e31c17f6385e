import type { Duplex } from 'node:stream'
import { Client, type ClientConfig, type QueryArrayConfig, type QueryArrayResult } from 'pg'
import { systemClock } from '../../../base/clock.ts'
import { StorageFault } from '../../../base/storage-fault.ts'
import { isAnswered, isWrongServer, postgresqlFault } from './postgresql-fault.ts'
import type { PrimaryFinder, ServerState } from './primary-finder.ts'
import { SERVER_STATE, type Statement } from './statements.ts'

const BYTEA_OID = 17
const INT8_OID = 20
const FAREWELL_MILLISECONDS = 1000

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
  /** Tried one after the other until one is right. */
  readonly servers: PrimaryFinder<PostgresqlServer>
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
    // What was sent is waited for, but not a server that says nothing.
    if (client) await within(FAREWELL_MILLISECONDS, client, client.end()).catch(() => undefined)
  }

  async #connect(): Promise<Client> {
    let failure: unknown
    for (const server of this.#options.servers.candidates()) {
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

  async #connectTo(given: PostgresqlServer): Promise<Client> {
    const { tls, port = 5432, ...server } = given
    const { servers, settings, answerMilliseconds } = this.#options
    // Its types do not know `pipeline` yet.
    const options: ClientConfig & { readonly pipeline: true } = {
      pipeline: true,
      ...server,
      port,
      ssl: tls ? { ...tls, rejectUnauthorized: true } : false,
      application_name: 'holdfast',
      keepAlive: true,
      query_timeout: answerMilliseconds,
      types: { getTypeParser: parserOf },
    }
    const client = new Client(options)
    // Whoever waits for an answer is told by it; this is for the next one.
    client.on('error', () => this.#drop(client))
    client.on('end', () => this.#drop(client))
    try {
      // One that takes a connection and then says nothing must not keep the others from being tried.
      const state = await within(answerMilliseconds / 4, client, begin(client, settings))
      servers.accept(given, state)
      return client
    } catch (error) {
      destroy(client)
      throw error
    }
  }

  #drop(client: Client): void {
    if (client === this.#connected) this.#client = this.#connected = undefined
    destroy(client)
  }
}

async function begin(client: Client, settings: Readonly<Record<string, string>>): Promise<ServerState> {
  await client.connect()
  const all = Object.entries(settings).map(([name, value]) => `set ${name} = '${value}';`)
  await client.query(all.join(''))
  const { rows } = await send(client, SERVER_STATE)
  return { isStandby: rows[0]?.[0] === 't', timeline: Number(rows[0]?.[1]) }
}

/** Breaks off what takes longer: it is rejected then. */
async function within<T>(milliseconds: number, client: Client, work: Promise<T>): Promise<T> {
  const done = new AbortController()
  systemClock.sleep(milliseconds, done.signal).then(
    () => destroy(client),
    () => undefined,
  )
  try {
    return await work
  } finally {
    done.abort()
  }
}

/** At once: whoever waits for an answer is told that it will not come. */
function destroy(client: Client): void {
  // Its types keep quiet about it.
  const { connection } = client as Client & { readonly connection: { readonly stream: Duplex } }
  connection.stream.destroy()
}

/** Sends one statement at once. `withinMilliseconds`: how long its answer may take, where that is less than of others. */
export function send(
  client: Client,
  { name, text }: Statement,
  values: readonly Value[] = [],
  withinMilliseconds?: number,
): Promise<QueryArrayResult<Column[]>> {
  const query: QueryArrayConfig & { query_timeout?: number } = {
    name,
    text,
    values: [...values],
    rowMode: 'array',
    ...(withinMilliseconds !== undefined && { query_timeout: withinMilliseconds }),
  }
  return client.query<Column[]>(query)
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
