import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { CreateJobCommand } from '@aws-sdk/client-s3-control'
import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { systemDisk } from '../../packages/server/src/base/disk.ts'
import { systemRandom } from '../../packages/server/src/base/random.ts'
import { beginDestination } from '../../packages/server/src/compose/copy-destination.ts'
import { copyStore } from '../../packages/server/src/compose/copy-store.ts'
import { readEnvironment } from '../../packages/server/src/config/environment.ts'
import { readKeySecrets } from '../../packages/server/src/config/key-secrets.ts'
import { readConfig } from '../../packages/server/src/config/load-config.ts'
import { MovableClock } from '../../packages/server/src/base/clock.ts'
import { isPassing } from '../../packages/server/src/backup/passing-rows.ts'
import { openLmdb } from '../../packages/server/src/metadata/engines/lmdb.ts'
import type { PostgresqlServer } from '../../packages/server/src/metadata/engines/postgresql/connection.ts'
import { openPostgresql } from '../../packages/server/src/metadata/engines/postgresql/postgresql.ts'
import { ALL_KEYS } from '../../packages/server/src/metadata/key-limits.ts'
import type { OrderedStore } from '../../packages/server/src/metadata/ordered-store.ts'
import { FORMAT_VERSION } from '../../packages/server/src/metadata/store-format.ts'
import { outbox } from '../../packages/server/src/metadata/tables/event-tables.ts'
import { storeIdentity } from '../../packages/server/src/metadata/tables/identity-tables.ts'
import { jobs } from '../../packages/server/src/metadata/tables/job-tables.ts'
import { kmsMaterials } from '../../packages/server/src/metadata/tables/kms-tables.ts'
import { formatTable } from '../../packages/server/src/metadata/tables/tables.ts'
import { serverProcesses } from '../../packages/server/src/metadata/tables/worker-tables.ts'
import { putOf, readRow } from '../../packages/server/src/metadata/transaction.ts'
import { notificationXml, QUEUE, ruleXml } from '../conformance/notification/notification-room.ts'
import { mainAccount, otherAccount, testRegion } from '../support/accounts.ts'
import { blobFiles, blobFilesIn } from '../support/blob-files.ts'
import { getObject, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { controlClient } from '../support/control-client.ts'
import { executable } from '../support/executable.ts'
import { readTree } from '../support/file-tree.ts'
import { iamClient } from '../support/identity-clients.ts'
import {
  type PostgresqlCluster,
  postgresqlPrograms,
  startPostgresql,
  urlOf,
} from '../support/postgresql-cluster.ts'
import { rawRequest, type ServerAddress } from '../support/raw-request.ts'
import { type CommandResult, runCommand } from '../support/run-command.ts'
import { s3Client } from '../support/s3-client.ts'
import { startServerProcess } from '../support/server-process.ts'
import { tries } from '../support/sizes.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary-directory.ts'
import { Webhook } from '../support/webhook.ts'
import { allOfStore } from '../upgrade/all-of-store.ts'
import { fillStore } from '../upgrade/fill-store.ts'

const CONFIG = { region: testRegion, accounts: [mainAccount, otherAccount] }
const AccountId = mainAccount.id
const BLOBS = 40
/** LMDB's list of readers. */
const LOCK = 'metadata/lock.mdb'

/** Events that nobody takes, and a job that waits for its confirmation. */
async function fillOutboxAndJobs(server: ServerAddress, webhook: Webhook): Promise<void> {
  const body = notificationXml(ruleXml({ events: ['s3:ObjectCreated:*'] }))
  const told = await rawRequest(server, { method: 'PUT', path: '/plain', query: 'notification=', body })
  expect([told.status, told.errorCode]).toEqual([200, undefined])
  await webhook[Symbol.asyncDispose]()
  for (let index = 0; index < BLOBS; index++)
    await putObject(server, 'plain', `many/${index}`, contentOf(`many ${index}`, 40_000 + 2000 * index))
  const [s3, iam, control] = [s3Client(server), iamClient(server), controlClient(server)]
  const Statement = {
    Effect: 'Allow',
    Principal: { Service: 'batchoperations.s3.amazonaws.com' },
    Action: 'sts:AssumeRole',
  }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'jobs', AssumeRolePolicyDocument }))
  const own = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } }
  const PolicyDocument = JSON.stringify(own)
  await iam.send(new PutRolePolicyCommand({ RoleName: 'jobs', PolicyName: 'own', PolicyDocument }))
  const manifest = { Bucket: 'plain', Key: 'manifest', Body: 'plain,small\n' }
  const { ETag = '' } = await s3.send(new PutObjectCommand(manifest))
  await control.send(
    new CreateJobCommand({
      AccountId,
      Operation: { S3PutObjectTagging: { TagSet: [{ Key: 'a', Value: 'b' }] } },
      Manifest: {
        Spec: { Format: 'S3BatchOperations_CSV_20180820', Fields: ['Bucket', 'Key'] },
        Location: { ObjectArn: 'arn:aws:s3:::plain/manifest', ETag },
      },
      Report: { Enabled: false },
      Priority: 1,
      RoleArn: Role?.Arn ?? '',
      ClientRequestToken: 'token',
      ConfirmationRequired: true,
    }),
  )
}

interface Copying {
  readonly from: readonly [data: string, config: string]
  readonly to: readonly [data: string, config: string]
}

function argumentsOf({ from, to }: Copying): string[] {
  return ['copy-store', '--from-data', from[0], '--from', from[1], '--to-data', to[0], '--to', to[1]]
}

function copy(copying: Copying): Promise<CommandResult> {
  return runCommand(process.execPath, [executable, ...argumentsOf(copying)], { allowFailure: true })
}

/** All rows that a copy has too; of the identity what does not depend on the folders. */
async function rowsOf(store: OrderedStore): Promise<Map<string, string>> {
  await using opened = store
  const rows = new Map<string, string>()
  for (const entry of await opened.scan({ ...ALL_KEYS, limit: 100_000 })) {
    const key = Buffer.from(entry.key)
    if (isPassing(key)) continue
    const value = storeIdentity.key().equals(key)
      ? storeIdentity.decode(entry).storeId
      : Buffer.from(entry.value).toString('base64')
    rows.set(key.toString('hex'), value)
  }
  return rows
}

const placeOf = async (dataDirectory: string, configPath: string) => ({
  config: await readConfig(systemDisk, systemRandom, {
    configPath,
    dataDirectory,
    environment: readEnvironment(),
  }),
  dataDirectory,
})

const inFolder = (data: string) => openLmdb({ path: join(data, 'metadata'), readOnly: true })
const inDatabase = (database: PostgresqlServer) => openPostgresql({ servers: [database] })

describe.skipIf(postgresqlPrograms() === undefined)('holdfast copy-store', () => {
  let cluster: PostgresqlCluster
  let made: TemporaryDirectory
  let before: Record<string, unknown>
  beforeAll(async () => {
    cluster = await startPostgresql()
    made = await temporaryDirectory()
    // Nobody listens there afterwards: what is to be told waits.
    const webhook = await Webhook.open()
    const notifications = { destinations: [{ arn: QUEUE, url: webhook.url }] }
    const dataDirectory = join(made.path, 'data')
    await using server = await startServerProcess({ dataDirectory, config: { notifications } })
    await fillStore(server)
    await fillOutboxAndJobs(server, webhook)
    before = await allOfStore(s3Client(server))
    await server.end('SIGTERM')
  }, 120_000)
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]()
    await made[Symbol.asyncDispose]()
  })

  /** The store, an empty place for it in a database, another in a folder, and the configs of both. */
  async function prepared() {
    const folder = await temporaryDirectory()
    const at = (name: string): string => join(folder.path, name)
    const database = await cluster.newDatabase()
    const metadata = { engine: 'postgresql', url: urlOf(database) }
    const engines = { metadata, blobs: { engine: 'files', directory: at('mount') } }
    await writeFile(at('folder.json'), JSON.stringify(CONFIG))
    await writeFile(at('database.json'), JSON.stringify({ ...CONFIG, ...engines }))
    const data = join(made.path, 'data')
    for (const to of ['shared', 'back']) {
      await mkdir(at(to))
      await cp(join(data, 'root-keys'), join(at(to), 'root-keys'), { recursive: true })
    }
    const there = {
      from: [data, at('folder.json')] as const,
      to: [at('shared'), at('database.json')] as const,
    }
    const back = { from: there.to, to: [at('back'), at('folder.json')] as const }
    return {
      at,
      data,
      database,
      engines,
      there,
      back,
      [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
    }
  }

  it('copies everything into a database, and back', { timeout: 180_000 }, async () => {
    await using place = await prepared()
    const { at, data, database, engines, there, back } = place
    const source = await rowsOf(await inFolder(data))
    for (const table of [outbox, jobs, kmsMaterials]) {
      const start = Buffer.from(table.range().start).toString('hex')
      const found = [...source.keys()].filter((key) => key.startsWith(start))
      expect([table.name, found.length > 0]).toEqual([table.name, true])
    }
    const withoutLock = async () => new Map([...(await readTree(data))].filter(([path]) => path !== LOCK))
    const tree = await withoutLock()
    const went = await copy(there)
    expect([went.exitCode, went.stderr]).toEqual([0, ''])
    expect(went.text).toMatch(/^\d+ rows, the same on both sides: SHA-256 [0-9a-f]{64}\.$/m)
    expect(await withoutLock()).toEqual(tree)
    expect(await rowsOf(await inDatabase(database))).toEqual(source)
    expect((await blobFilesIn(at('mount'))).length).toBeGreaterThan(BLOBS)
    {
      await using server = await startServerProcess({ dataDirectory: at('shared'), config: engines })
      expect(await allOfStore(s3Client(server))).toEqual(before)
      await putObject(server, 'plain', 'of the database', contentOf('new', 100_000))
      await server.end('SIGTERM')
    }
    const returned = await copy(back)
    expect([returned.exitCode, returned.stderr]).toEqual([0, ''])
    expect(await rowsOf(await inFolder(at('back')))).toEqual(await rowsOf(await inDatabase(database)))
    await using server = await startServerProcess({ dataDirectory: at('back') })
    const { body } = await getObject(server, 'plain', 'of the database')
    expect(body.equals(contentOf('new', 100_000))).toBe(true)
    const scrubbed = await runCommand(
      process.execPath,
      [executable, 'scrub', '--data', at('back'), '--config', at('folder.json')],
      { allowFailure: true },
    )
    expect(scrubbed.text).toMatch(/ 0 unreadable\.\n.* 0 damaged\.$/m)
  })

  /**
   * Kills the command as soon as it has begun, and again and again, then lets it end. How far the later ones came is chance; after
   * the first comes `between`.
   */
  async function copyKilled(copying: Copying, wholeMilliseconds: number, between: () => Promise<void>) {
    const hasBegun = async () =>
      (await readdir(copying.to[0]).catch((): string[] => [])).includes('copying.json')
    for (let kill = 0; kill < tries(16); kill++) {
      const child = spawn(process.execPath, [executable, ...argumentsOf(copying)], { stdio: 'ignore' })
      const ended = once(child, 'exit')
      if (kill === 0) await vi.waitUntil(hasBegun, { timeout: 60_000, interval: 1 })
      else await Promise.race([ended, delay(randomInt(Math.ceil(wholeMilliseconds)))])
      child.kill('SIGKILL')
      const [exitCode] = (await ended) as [number | null]
      if (exitCode === 0) return
      if (kill === 0) await between()
    }
    const { stderr } = await copy(copying)
    // The last of them may have been killed when all was done.
    expect(stderr).toMatch(/^$|has this very store already, copied to its end/)
  }

  it('goes on after it was killed, both ways', { timeout: 300_000 }, async () => {
    await using other = await prepared()
    const started = performance.now()
    expect((await copy(other.there)).exitCode).toBe(0)
    const wholeMilliseconds = performance.now() - started
    await using place = await prepared()
    const { at, data, database, engines, there, back } = place
    const source = await rowsOf(await inFolder(data))
    const neverServes = (dataDirectory: string, config: object) => async () => {
      const starting = startServerProcess({ dataDirectory, config: { ...config } })
      const said = await starting.then(async (server) => {
        await server[Symbol.asyncDispose]()
        return 'it serves'
      }, String)
      expect(said).toContain('not finished')
    }
    await copyKilled(there, wholeMilliseconds, neverServes(at('shared'), engines))
    expect(await rowsOf(await inDatabase(database))).toEqual(source)
    await copyKilled(back, wholeMilliseconds, neverServes(at('back'), {}))
    expect(await rowsOf(await inFolder(at('back')))).toEqual(source)
    const blobsOf = async (directory: string): Promise<string[]> =>
      (await blobFiles(directory))
        .map(({ path, sizeBytes }) => `${relative(join(directory, 'blobs'), path)} ${sizeBytes}`)
        .filter((name) => !name.startsWith('tmp/'))
        .toSorted()
    expect(await blobsOf(at('back'))).toEqual(await blobsOf(data))
  })

  it('refuses what is no empty place, and leaves it as it is', { timeout: 180_000 }, async () => {
    await using place = await prepared()
    const { at, database, there } = place
    const refusal = async (copying: Copying): Promise<string> => {
      const { exitCode, stderr } = await copy(copying)
      expect(exitCode).toBe(1)
      return stderr
    }
    const tree = () => readTree(at('shared'))
    // A folder with something in it.
    await writeFile(join(at('shared'), 'notes.txt'), 'mine')
    const untouched = await tree()
    expect(await refusal(there)).toContain('shared is not empty: notes.txt')
    expect(await tree()).toEqual(untouched)
    // The folder of the store itself.
    expect(await refusal({ ...there, to: [join(there.from[0], 'copy'), there.to[1]] })).toContain(
      'lie in one another',
    )
    // Root keys that do not open the store's.
    await mkdir(at('keyless'))
    expect(await refusal({ ...there, to: [at('keyless'), there.to[1]] })).toContain(
      'cannot open the keys of the store',
    )
    expect(await readTree(at('keyless'))).toEqual(new Map())
    // A database with another store, or one of a newer version.
    await cp(join(there.from[0], 'root-keys'), join(at('keyless'), 'root-keys'), { recursive: true })
    for (const version of [FORMAT_VERSION, FORMAT_VERSION + 1]) {
      {
        await using store = await openPostgresql({ servers: [database] })
        const format = putOf(store, formatTable, [], { version })
        await store.commit({ expect: [], put: [format], remove: [] })
      }
      const rows = await rowsOf(await inDatabase(database))
      expect(await refusal({ ...there, to: [at('keyless'), there.to[1]] })).toContain('hold a store already')
      expect(await rowsOf(await inDatabase(database))).toEqual(rows)
    }
    expect(
      [...(await readTree(at('keyless'))).keys()].filter((path) => !path.startsWith('root-keys')),
    ).toEqual([])
  })

  it('says that it is done of no place that another copy did not fill', { timeout: 120_000 }, async () => {
    await using place = await prepared()
    const { at, data, database, engines, there, back } = place
    await writeFile(
      at('other.json'),
      JSON.stringify({ ...CONFIG, ...engines, blobs: { engine: 'files', directory: at('other mount') } }),
    )
    for (const to of ['other', 'third']) {
      await mkdir(at(to))
      await cp(join(data, 'root-keys'), join(at(to), 'root-keys'), { recursive: true })
    }
    const { storeId } = await (async () => {
      await using store = await inFolder(data)
      return (await readRow(store, storeIdentity)) ?? { storeId: '' }
    })()
    const shared = await placeOf(...there.to)
    // One that was cut off as soon as it had begun, before another into the same database, with its blobs elsewhere, came to its end.
    await beginDestination(shared, { storeId, from: data })
    const other = { ...there, to: [at('other'), at('other.json')] as const }
    expect(await copy(other)).toMatchObject({ exitCode: 0, stderr: '' })
    const refusalOf = async (to: readonly [string, string]): Promise<string> => {
      const { exitCode, stderr } = await copy({ ...there, to })
      expect(exitCode).toBe(1)
      return stderr
    }
    expect(await refusalOf(there.to)).toContain('their blobs are in another place')
    expect(await readdir(at('shared'))).toContain('copying.json')
    expect(await refusalOf([at('third'), there.to[1]])).toContain('says nothing of a copy')
    for (const folder of ['other', 'third'])
      expect(await refusalOf([at(folder), at('other.json')])).toContain('copied to its end')

    // A server elsewhere goes by the clock of the database, whatever that of this machine says.
    await using store = await openPostgresql({ servers: [database] })
    const now = await store.now()
    const alive = { startedMilliseconds: now.getTime(), aliveUntilMilliseconds: now.getTime() + 60_000 }
    await store.commit({ expect: [], put: [putOf(store, serverProcesses, ['there'], alive)], remove: [] })
    const copying = copyStore({
      from: await placeOf(...other.to),
      to: await placeOf(...back.to),
      keySecrets: readKeySecrets(),
      clock: new MovableClock(new Date(now.getTime() + 3_600_000)),
      onProgress() {},
      signal: new AbortController().signal,
    })
    await expect(copying).rejects.toThrow('The store is in use: by process there')
  })

  it('refuses a store that is served, and says by whom', { timeout: 60_000 }, async () => {
    await using place = await prepared()
    const { at, data, there } = place
    await cp(data, at('served'), { recursive: true })
    await using _ = await startServerProcess({ dataDirectory: at('served') })
    const { exitCode, stderr } = await copy({ ...there, from: [at('served'), there.from[1]] })
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(/in use: by process [0-9a-f]{16}, since 20/),
    ])
  })
})
