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
const USER = 'holdfast'
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
  const programs = postgresqlPrograms()
  if (programs === undefined) throw new Error('PostgreSQL is not installed')
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-pg-'))
  const as = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
  if (as.uid !== undefined) await chown(folder, NOBODY, NOBODY)
  const data = join(folder, 'data')
  await run(
    join(programs, 'initdb'),
    ['-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
    as,
  )
  const options = { unix_socket_directories: folder, listen_addresses: '', ...FAST, ...settings }
  let server: ChildProcess | undefined
  const cluster = {
    folder,
    async start() {
      const flags = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`])
      server = spawn(join(programs, 'postgres'), ['-D', data, ...flags], {
        ...as,
        cwd: folder,
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      await answers(server, serverIn(folder, 'postgres'))
    },
    async kill() {
      await end(server, 'SIGQUIT')
    },
    newDatabase: () => databaseIn(folder),
    async [Symbol.asyncDispose]() {
      await end(server, 'SIGQUIT')
      await rm(folder, { recursive: true, force: true })
    },
  }
  await cluster.start()
  return cluster
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
export function urlOf({ host, user, database }: PostgresqlServer): string {
  return `postgresql://${user}@${encodeURIComponent(host)}/${database}`
}

export function clientOf({ tls: _none, ...server }: PostgresqlServer): Client {
  return new Client(server)
}

async function answers(server: ChildProcess, config: PostgresqlServer): Promise<void> {
  let said = ''
  server.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  for (let attempt = 0; attempt < 400; attempt++) {
    if (server.exitCode !== null) break
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

async function end(server: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (!server || server.exitCode !== null || server.signalCode !== null) return
  const ended = once(server, 'exit')
  server.kill(signal)
  await ended
}

async function run(
  program: string,
  args: readonly string[],
  as: { uid?: number; gid?: number },
): Promise<void> {
  const child = spawn(program, args, { ...as, cwd: tmpdir(), stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`${program} failed:\n${said}`)
}
