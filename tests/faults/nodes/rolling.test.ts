import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { execFileSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { cp, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mainCredentials, testRegion } from '../../support/accounts.ts'
import { contentOf } from '../../support/content.ts'
import { executable } from '../../support/executable.ts'
import {
  type PostgresqlCluster,
  postgresqlPrograms,
  startPostgresql,
  urlOf,
} from '../../support/postgresql-cluster.ts'
import { skip } from '../../support/require-command.ts'
import { type ServerProcess, startServerProcess } from '../../support/server-process.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { startBalancer } from './balancer.ts'

/** The first version that nodes on one database were tried with. */
const OLDER = 'bd5b5ed2'
const NODES = 3
const CLIENTS = 6
const BUCKET = 'rolling'
const root = fileURLToPath(new URL('../../..', import.meta.url))

describe.skipIf(postgresqlPrograms() === undefined)('nodes one at a time, under load', () => {
  let cluster: PostgresqlCluster
  beforeAll(async () => void (cluster = await startPostgresql()), 60_000)
  afterAll(() => cluster[Symbol.asyncDispose]())

  it('are stopped and started, and no request fails for good', { timeout: 300_000 }, async () => {
    expect(await rolled(cluster, executable, executable)).toEqual({ problems: [], endings: CLEAN })
  })

  it(
    'are upgraded from an older version, and no request fails for good',
    { timeout: 300_000 },
    async (context) => {
      await using folder = await temporaryDirectory()
      const older = await olderVersion(OLDER, folder.path)
      if (older === undefined) skip(context, `the history of this clone has no ${OLDER}`)
      expect(await rolled(cluster, older, executable)).toEqual({ problems: [], endings: CLEAN })
    },
  )
})

const CLEAN = Array.from({ length: NODES }, () => ({ exitCode: 0, signal: null }))

/** The command of an older version, as its package has it; `undefined` where the history does not go back so far. */
async function olderVersion(commit: string, folder: string): Promise<string | undefined> {
  let tree: Buffer
  try {
    tree = execFileSync(
      'git',
      ['archive', commit, 'packages/server', 'tools', 'package.json', 'tsconfig.json', 'LICENSE'],
      {
        cwd: root,
        maxBuffer: 2 ** 30,
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    )
  } catch {
    return undefined
  }
  const path = join(folder, 'older')
  await mkdir(path)
  execFileSync('tar', ['-x', '-C', path], { input: tree })
  await symlink(join(root, 'node_modules'), join(path, 'node_modules'))
  const [server, built] = [join(path, 'packages/server'), join(path, 'built')]
  const line = ['-c', 'rolldown.config.ts', '-d', join(built, 'dist')]
  execFileSync(join(root, 'node_modules/.bin/rolldown'), line, { cwd: server, stdio: 'ignore' })
  for (const part of ['bin', 'package.json'])
    await cp(join(server, part), join(built, part), { recursive: true })
  return join(built, 'bin/holdfast.js')
}

/** Nodes of one version are replaced by those of another, one after the other, while clients go on as they do. */
async function rolled(cluster: PostgresqlCluster, before: string, after: string) {
  await using folder = await temporaryDirectory()
  await using nodes = new AsyncDisposableStack()
  const dataDirectory = join(folder.path, 'data')
  const config = { metadata: { engine: 'postgresql', url: urlOf(await cluster.newDatabase()) } }
  const start = async (command: string): Promise<ServerProcess> =>
    nodes.use(await startServerProcess({ dataDirectory, config, command }))
  const running: ServerProcess[] = []
  for (let index = 0; index < NODES; index++) running.push(await start(before))
  await using balancer = await startBalancer(() => running.map(({ port }) => port))
  const client = new S3Client({
    endpoint: balancer.url,
    region: testRegion,
    forcePathStyle: true,
    credentials: { ...mainCredentials },
  })
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }))
  const stop = new AbortController()
  const problems: string[] = []
  const rounds = Array<number>(CLIENTS).fill(0)
  const requests = rounds.map((_, index) =>
    useNodes(client, index, stop.signal, {
      problems,
      ended: () => (rounds[index] = (rounds[index] ?? 0) + 1),
    }),
  )
  /** Until each client has ended a round that it began since, however busy the machine is. */
  const untilAllWereServed = async (): Promise<void> => {
    const before = [...rounds]
    const isServed = () => rounds.every((round, index) => round > (before[index] ?? 0) + 1)
    await expect.poll(isServed, { timeout: 60_000 }).toBe(true)
  }
  await untilAllWereServed()
  const endings = []
  for (let index = 0; index < NODES; index++) {
    const old = running[index]
    if (old) endings.push(await old.end('SIGTERM'))
    running[index] = await start(after)
    await untilAllWereServed()
  }
  stop.abort()
  await Promise.all(requests)
  client.destroy()
  return { problems, endings }
}

/** What a client does all day, with the retries that the SDK makes by itself. */
async function useNodes(
  client: S3Client,
  index: number,
  signal: AbortSignal,
  { problems, ended }: { readonly problems: string[]; readonly ended: () => void },
): Promise<void> {
  for (let round = 0; !signal.aborted; round++) {
    const Key = `client-${index}/key ${round}`
    const body = contentOf(Key, randomInt(100_000))
    try {
      if (round % 4 === 3) await putInParts(client, Key, body)
      else await client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: body }))
      const { Body } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key }))
      const read = Buffer.from((await Body?.transformToByteArray()) ?? [])
      if (!read.equals(body)) problems.push(`${Key} has other bytes`)
      const listed = await client.send(
        new ListObjectsV2Command({ Bucket: BUCKET, Prefix: `client-${index}/` }),
      )
      if (!listed.Contents?.some((entry) => entry.Key === Key)) problems.push(`${Key} is not listed`)
      if (round % 2 === 0) await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }))
    } catch (error) {
      problems.push(`${Key}: ${String(error)}`)
    }
    ended()
  }
}

async function putInParts(client: S3Client, Key: string, body: Buffer): Promise<void> {
  const named = { Bucket: BUCKET, Key }
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(named))
  const part = new UploadPartCommand({ ...named, UploadId, PartNumber: 1, Body: body })
  const { ETag } = await client.send(part)
  const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] }
  await client.send(new CompleteMultipartUploadCommand({ ...named, UploadId, MultipartUpload }))
}
