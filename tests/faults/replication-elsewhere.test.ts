import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { contentOf } from '../support/content.ts'
import { s3Client } from '../support/s3-client.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { Relay } from './relay.ts'
import { Bucket, remoteTo, setUp, waiting } from './replicated-site.ts'

const KEYS = 12
const PART_BYTES = 5 * 1024 * 1024
/** One of two servers that know each other by addresses that stay. */
interface Site {
  readonly dataDirectory: string
  readonly relay: Relay
  readonly other: Relay
  readonly begun: Begun
  server?: ServerProcess
}

/** The uploads that clients have begun at a site. */
class Begun {
  readonly ids = new Set<string | undefined>()
  /** Those whose answers did not come: they may be there. */
  unanswered = 0

  async begin(client: S3Client, Key: string): Promise<string | undefined> {
    this.unanswered++
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }))
    this.unanswered--
    this.ids.add(UploadId)
    return UploadId
  }
}

async function start(site: Site): Promise<S3Client> {
  const config = {
    replication: { destinations: [remoteTo(site.other.url)] },
    testing: { enabled: true, processTimeoutSeconds: 2 },
  }
  site.server = await startServerProcess({ dataDirectory: site.dataDirectory, config })
  site.relay.target = site.server.port
  return s3Client(site.server, { maxAttempts: 1 })
}

async function kill(site: Site): Promise<void> {
  site.relay.target = undefined
  await site.server?.end('SIGKILL')
  await site.server?.[Symbol.asyncDispose]()
}

async function upload(
  client: S3Client,
  Key: string,
  seed: string,
  begun: Begun,
): Promise<string | undefined> {
  const UploadId = await begun.begin(client, Key)
  const bodies = [
    contentOf(`${seed} 1`, PART_BYTES),
    contentOf(`${seed} 2`, PART_BYTES),
    contentOf(seed, 1000),
  ]
  const Parts = await Promise.all(
    bodies.map(async (Body, index) => {
      const PartNumber = index + 1
      const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }))
      return { PartNumber, ETag }
    }),
  )
  const done = { Bucket, Key, UploadId, MultipartUpload: { Parts } }
  return (await client.send(new CompleteMultipartUploadCommand(done))).VersionId
}

/** Writes and deletes until the server is gone, or it is enough; notes each version that was acknowledged. */
async function write(
  client: S3Client,
  begun: Begun,
  acknowledged: Set<string>,
  seed: string,
  until: AbortSignal,
): Promise<void> {
  await Promise.all(
    [0, 1, 2].map(async (writer) => {
      for (let number = 0; !until.aborted; number++) {
        const Key = `${(number * 3 + writer) % KEYS}`
        const what = `${seed} ${writer} ${number}`
        const Body = contentOf(what, number % 4 === 0 ? 60_000 : 500)
        try {
          const id =
            number % 20 === 7
              ? await upload(client, Key, what, begun)
              : number % 5 === 4
                ? (await client.send(new DeleteObjectCommand({ Bucket, Key }))).VersionId
                : (await client.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId
          acknowledged.add(`${Key} ${id}`)
        } catch {
          return
        }
      }
    }),
  )
}

/** All versions as they are listed. */
async function versionsOf(client: S3Client): Promise<string[][]> {
  const found: string[][] = []
  for (let next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {}; ;) {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket, ...next }))
    for (const { Key, VersionId, ETag = 'marker', IsLatest } of [
      ...(page.Versions ?? []),
      ...(page.DeleteMarkers ?? []).map((marker) => ({ ...marker, ETag: undefined })),
    ])
      found.push([`${Key} ${VersionId}`, ETag, `${IsLatest}`])
    if (!page.IsTruncated) break
    next = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
  }
  return found.toSorted(([one = ''], [other = '']) => one.localeCompare(other))
}

it(
  'two servers that replicate to each other have the same versions, however often each is killed',
  { timeout: 240_000 },
  async () => {
    await using folder = await temporaryDirectory()
    await using east = await Relay.open()
    await using west = await Relay.open()
    const sites: readonly [Site, Site] = [
      { dataDirectory: join(folder.path, 'east'), relay: east, other: west, begun: new Begun() },
      { dataDirectory: join(folder.path, 'west'), relay: west, other: east, begun: new Begun() },
    ]
    const acknowledged = new Set<string>()
    for (let round = 0; round < 4; round++) {
      const clients = [await start(sites[0]), await start(sites[1])] as const
      if (round === 0)
        for (const [at, { server }] of sites.entries())
          if (server) await setUp(server, clients[at === 0 ? 0 : 1])
      const until = new AbortController()
      const writing = sites.map(({ begun }, at) =>
        write(clients[at === 0 ? 0 : 1], begun, acknowledged, `${round} ${at}`, until.signal),
      )
      await delay(700 + 400 * round)
      // Now the one that sends is killed, now the one that takes; the other goes on for a moment.
      await kill(sites[round % 2 === 0 ? 0 : 1])
      await delay(500)
      until.abort()
      await kill(sites[round % 2 === 0 ? 1 : 0])
      await Promise.all(writing)
      for (const client of clients) client.destroy()
    }
    const clients = [await start(sites[0]), await start(sites[1])] as const
    try {
      for (const site of sites)
        await vi.waitFor(async () => expect(await waiting(site)).toBe(0), { timeout: 90_000, interval: 500 })
      const [one, two] = [await versionsOf(clients[0]), await versionsOf(clients[1])]
      expect(one).toEqual(two)
      const there = new Set(one.map(([name]) => name))
      expect(there.size).toBe(one.length)
      expect([...acknowledged].filter((name) => !there.has(name))).toEqual([])
      expect(acknowledged.size).toBeGreaterThan(50)
      for (const [name = '', etag, isLatest] of one) {
        if (isLatest !== 'true' || etag === 'marker') continue
        const [Key = '', VersionId = ''] = name.split(' ')
        const got = await Promise.all(
          clients.map((client) => client.send(new GetObjectCommand({ Bucket, Key, VersionId }))),
        )
        const [first, second] = await Promise.all(got.map(async ({ Body }) => Body?.transformToByteArray()))
        expect(Buffer.compare(first ?? Buffer.of(), second ?? Buffer.of())).toBe(0)
        const statuses = new Set(got.map(({ ReplicationStatus }) => ReplicationStatus))
        expect(statuses).toEqual(new Set(['COMPLETED', 'REPLICA']))
      }
      // Uploads of replicas that were under way were gone on with or ended: none is left but those of clients.
      for (const [at, { begun }] of sites.entries()) {
        const { Uploads = [] } = await clients[at === 0 ? 0 : 1].send(
          new ListMultipartUploadsCommand({ Bucket }),
        )
        const others = Uploads.filter(({ UploadId }) => !begun.ids.has(UploadId))
        expect(others.length).toBeLessThanOrEqual(begun.unanswered)
      }
    } finally {
      for (const client of clients) client.destroy()
      for (const site of sites) await kill(site)
    }
  },
)
