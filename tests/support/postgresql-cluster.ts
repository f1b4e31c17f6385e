import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { once } from 'node:events'
import { Client } from 'pg'
import type { PostgresqlServer } from '../../packages/server/src/metadata/engines/postgresql/connection.ts'

/** Of `nobody`: a server refuses to run as root. */
const NOBODY = 65_534
const AS: { readonly uid?: number; readonly gid?: number } =
  process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
export const USER = 'holdfast'
/** What is written outlives the server, but not the machine. */
const FAST = { fsync: 'off', full_page_writes: 'off' }

/** A PostgreSQL server of a test's own, in a temporary folder, reached by a socket there. */
export interface PostgresqlCluster extends AsyncDisposable {
  readonly folder: string
  /** How to connect to a new, empty database. */
  newDatabase(): Promise<PostgresqlServer>
  /** Ends it as a crash would. */
  kill(): Promise<void>
  start(): Promise<void>
}

/** The folder of its programs; `undefined` where it is not installed. */
export function postgresqlPrograms(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian)
    ? readdirSync(debian).toSorted((one, other) => Number(other) - Number(one))
    : []
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ]
  return folders.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))))
}

export async function startPostgresql(
  settings: Readonly<Record<string, string>> = {},
): Promise<PostgresqlCluster> {
  const folder = await clusterFolder()
  const data = join(folder, 'data')
  await initialize(data)
  const server = new PostgresqlProcess(folder, data, { listen_addresses: '', ...settings })
  await server.start()
  return {
    folder,
    start: () => server.start(),
    kill: () => server.kill(),
    newDatabase: () => databaseIn(folder),
    async [Symbol.asyncDispose]() {
      await server.kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** An empty folder of the user whom servers run as. */
export async function clusterFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-pg-'))
  if (AS.uid !== undefined) await chown(folder, AS.uid, AS.uid)
  return folder
}

/** Makes the files of a new cluster. */
export function initialize(data: string): Promise<void> {
  const args = ['-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync']
  return runProgram('initdb', args)
}

/** Copies those of a running server: what is started there follows it. */
export function copyCluster(folder: string, port: number, data: string): Promise<void> {
  const from = ['-h', folder, '-p', String(port), '-U', USER]
  return runProgram('pg_basebackup', ['-D', data, '-R', '-X', 'stream', '-c', 'fast', '--no-sync', ...from])
}

/** A server of the files in `data`, with its socket in `folder`. */
export class PostgresqlProcess {
  readonly #folder: string
  readonly #data: string
  readonly #settings: Readonly<Record<string, string>>
  #server: ChildProcess | undefined

  constructor(folder: string, data: string, settings: Readonly<Record<string, string>>) {
    this.#folder = folder
    this.#data = data
    this.#settings = { unix_socket_directories: folder, ...FAST, ...settings }
  }

  async start(): Promise<void> {
    const flags = Object.entries(this.#settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    this.#server = spawn(programPath('postgres'), ['-D', this.#data, ...flags], {
      ...AS,
      cwd: this.#folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const port = Number(this.#settings['port'] ?? 5432)
    await answers(this.#server, { ...serverIn(this.#folder, 'postgres'), port })
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    const server = this.#server
    if (!server || server.exitCode !== null || server.signalCode !== null) return
    const ended = once(server, 'exit')
    server.kill('SIGQUIT')
    await ended
  }
}

/** Makes a database in the cluster of a folder. */
export async function databaseIn(folder: string): Promise<PostgresqlServer> {
  const client = clientOf(serverIn(folder, 'postgres'))
  await client.connect()
  const name = `store_${randomBytes(8).toString('hex')}`
  await client.query(`create database ${name}`)
  await client.end()
  return serverIn(folder, name)
}

function serverIn(folder: string, database: string): PostgresqlServer {
  return { host: folder, user: USER, database, password: async () => '' }
}

/** As the config names it. */
export function urlOf({ host, port, user, database }: PostgresqlServer): string {
  return `postgresql://${user}@${encodeURIComponent(host)}${port === undefined ? '' : `:${port}`}/${database}`
}

export function clientOf({ tls: _none, ...server }: PostgresqlServer): Client {
  return new Client(server)
}

async function answers(server: ChildProcess, config: PostgresqlServer): Promise<void> {
  let said = ''
  server.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  for (let attempt = 0; attempt < 400; attempt++) {
    if (server.exitCode !== null || server.signalCode !== null) break
    const client = clientOf(config)
    client.on('error', () => {})
    try {
      await client.connect()
      await client.end()
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  throw new Error(`PostgreSQL did not start:\n${said}`)
}

async function runProgram(name: string, args: readonly string[]): Promise<void> {
  const child = spawn(programPath(name), args, { ...AS, cwd: tmpdir(), stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`${name} failed:\n${said}`)
}

function programPath(name: string): string {
  const programs = postgresqlPrograms()
  if (programs === undefined) throw new Error('PostgreSQL is not installed')
  return join(programs, name)
}
