import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TestServer } from 'holdfast'
import type { OrderedStore } from '../../packages/server/src/metadata/ordered-store.ts'
import { readUsages } from '../../packages/server/src/metadata/read-usage.ts'
import { buckets } from '../../packages/server/src/metadata/tables/tables.ts'
import { BASE_SHARE, usageShares } from '../../packages/server/src/metadata/tables/usage-tables.ts'
import { readRow, transact } from '../../packages/server/src/metadata/transaction.ts'
import { s3Client } from '../support/s3-client.ts'
import { startTestServer } from '../support/server.ts'
import { tries } from '../support/sizes.ts'

let server: TestServer
let store: OrderedStore
let client: S3Client
let made = 0

async function readUsage(from: OrderedStore, bucketId: string) {
  const [usage] = await readUsages(from, [bucketId])
  return usage
}

beforeAll(async () => {
  const wrapMetadata = (opened: OrderedStore): OrderedStore => (store = opened)
  server = await startTestServer({ wrapMetadata, minimumPartBytes: 1 })
  client = s3Client(server)
})
afterAll(() => server.close())

const KEYS = ['a', 'b/c', 'd']
const step = fc.record({
  what: fc.constantFrom(
    'put',
    'put',
    'put',
    'copy',
    'delete',
    'delete version',
    'delete several',
    'create upload',
    'part',
    'part',
    'copied part',
    'complete',
    'abort',
    'tag',
    'versioning',
  ),
  key: fc.constantFrom(...KEYS),
  other: fc.constantFrom(...KEYS),
  size: fc.constantFrom(0, 1, 100, 5000, 70_000),
  pick: fc.nat(100),
})
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

interface Upload {
  readonly Key: string
  readonly UploadId: string
  readonly parts: Map<number, string>
}

/** A bucket that takes steps, and tells what it holds by its listings. */
class Bucket {
  readonly Bucket = `usage-${made++}`
  readonly #uploads: Upload[] = []

  async take(all: Step): Promise<void> {
    try {
      await this.#take(all)
    } catch (error) {
      // What is not there, or is over: part of the game.
      if (!(error instanceof Error) || !/^(NoSuch|Invalid|EntityTooSmall|MethodNotAllowed)/.test(error.name))
        throw error
    }
  }

  async #take({ what, key, other, size, pick }: Step): Promise<void> {
    const { Bucket } = this
    const upload = this.#uploads[pick % Math.max(1, this.#uploads.length)]
    const PartNumber = 1 + (pick % 3)
    switch (what) {
      case 'put':
        await client.send(new PutObjectCommand({ Bucket, Key: key, Body: Buffer.alloc(size) }))
        break
      case 'copy':
        await client.send(
          new CopyObjectCommand({
            Bucket,
            Key: key,
            CopySource: `${Bucket}/${other}`,
            MetadataDirective: 'REPLACE',
          }),
        )
        break
      case 'delete':
        await client.send(new DeleteObjectCommand({ Bucket, Key: key }))
        break
      case 'delete version': {
        const versions = await this.#versions()
        const chosen = versions[pick % Math.max(1, versions.length)]
        if (chosen) await client.send(new DeleteObjectCommand({ Bucket, ...chosen }))
        break
      }
      case 'delete several': {
        const Objects = [{ Key: key }, { Key: other }, ...(await this.#versions()).slice(0, 1)]
        await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
        break
      }
      case 'create upload': {
        const { UploadId = '' } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: key }))
        this.#uploads.push({ Key: key, UploadId, parts: new Map() })
        break
      }
      case 'part': {
        if (!upload) break
        const { Key, UploadId } = upload
        const Body = Buffer.alloc(size)
        const { ETag = '' } = await client.send(
          new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }),
        )
        upload.parts.set(PartNumber, ETag)
        break
      }
      case 'copied part': {
        if (!upload) break
        const { Key, UploadId } = upload
        const CopySource = `${Bucket}/${other}`
        const { CopyPartResult } = await client.send(
          new UploadPartCopyCommand({ Bucket, Key, UploadId, PartNumber, CopySource }),
        )
        upload.parts.set(PartNumber, CopyPartResult?.ETag ?? '')
        break
      }
      case 'complete': {
        if (!upload) break
        const { Key, UploadId } = upload
        const known = [...upload.parts].toSorted(([a], [b]) => a - b)
        // Often not all of them.
        const Parts = known.slice(pick % 2).map(([number, ETag]) => ({ PartNumber: number, ETag }))
        if (Parts.length === 0) break
        await client.send(
          new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
        )
        break
      }
      case 'abort':
        if (upload)
          await client.send(
            new AbortMultipartUploadCommand({ Bucket, Key: upload.Key, UploadId: upload.UploadId }),
          )
        break
      case 'tag':
        await client.send(
          new PutObjectTaggingCommand({ Bucket, Key: key, Tagging: { TagSet: [{ Key: 'k', Value: 'v' }] } }),
        )
        break
      case 'versioning': {
        const Status = pick % 2 === 0 ? 'Enabled' : 'Suspended'
        const VersioningConfiguration = { Status } as const
        await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
        break
      }
    }
  }

  async #versions(): Promise<{ Key: string; VersionId: string }[]> {
    const { Versions = [], DeleteMarkers = [] } = await this.#list()
    return [...Versions, ...DeleteMarkers].map(({ Key = '', VersionId = '' }) => ({ Key, VersionId }))
  }

  #list() {
    return client.send(new ListObjectVersionsCommand({ Bucket: this.Bucket }))
  }

  async counted() {
    const { Bucket } = this
    const { Versions = [], DeleteMarkers = [] } = await this.#list()
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }))
    let partBytes = 0
    for (const { Key, UploadId } of Uploads) {
      const { Parts = [] } = await client.send(new ListPartsCommand({ Bucket, Key, UploadId }))
      for (const { Size = 0 } of Parts) partBytes += Size
    }
    return {
      objects: Versions.filter(({ IsLatest }) => IsLatest).length,
      versions: Versions.length,
      deleteMarkers: DeleteMarkers.length,
      bytes: Versions.reduce((sum, { Size = 0 }) => sum + Size, 0),
      partBytes,
      isKnown: true,
    }
  }

  async id(): Promise<string> {
    return (await readRow(store, buckets, this.Bucket))?.id ?? ''
  }
}

async function newBucket(): Promise<Bucket> {
  const bucket = new Bucket()
  await client.send(new CreateBucketCommand({ Bucket: bucket.Bucket }))
  return bucket
}

it(
  'a bucket holds what its listings count, after whatever was done to it',
  { timeout: 120_000 },
  async () => {
    const steps = fc.array(step, { minLength: 5, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const bucket = await newBucket()
        for (const one of all) await bucket.take(one)
        await server.settle()
        expect(await readUsage(store, await bucket.id())).toEqual(await bucket.counted())
      }),
      { numRuns: tries(60), endOnFailure: true },
    )
  },
)

it('the same where all is done at once', { timeout: 120_000 }, async () => {
  const steps = fc.array(step, { minLength: 20, maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const bucket = await newBucket()
      await Promise.all(all.map((one) => bucket.take(one)))
      await server.settle()
      expect(await readUsage(store, await bucket.id())).toEqual(await bucket.counted())
    }),
    { numRuns: tries(40), endOnFailure: true },
  )
})

it('what an older version left uncounted is counted while it changes', { timeout: 120_000 }, async () => {
  const steps = fc.array(step, { minLength: 20, maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(steps, steps, async (before, during) => {
      const bucket = await newBucket()
      for (const one of before) await bucket.take(one)
      const id = await bucket.id()
      const shares = await store.scan({ ...usageShares.range(id), limit: 1000 })
      await store.commit({ expect: [], put: [], remove: shares.slice(0, 1).map(({ key }) => key) })
      expect(await readUsage(store, id)).toMatchObject({ isKnown: false })
      await Promise.all([server.settle(), ...during.map((one) => bucket.take(one))])
      await server.settle()
      expect(await readUsage(store, id)).toEqual(await bucket.counted())
    }),
    { numRuns: tries(40), endOnFailure: true },
  )
})

it('a base that was told wrong is put right by a recount', async () => {
  const bucket = await newBucket()
  await client.send(new PutObjectCommand({ Bucket: bucket.Bucket, Key: 'k', Body: 'abc' }))
  const id = await bucket.id()
  await transact(store, async (transaction) => {
    const base = await transaction.get(usageShares, id, ...BASE_SHARE)
    if (base) transaction.put(usageShares, [id, ...BASE_SHARE], { ...base, bytes: 1000, isWhole: undefined })
  })
  expect(await readUsage(store, id)).toMatchObject({ isKnown: false, bytes: 1003 })
  await server.settle()
  expect(await readUsage(store, id)).toMatchObject({ isKnown: true, bytes: 3, objects: 1 })
})
