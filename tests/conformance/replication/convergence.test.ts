import { DeleteObjectCommand, GetObjectTaggingCommand, PutObjectTaggingCommand } from '@aws-sdk/client-s3'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { tries } from '../../support/sizes.ts'
import { ReplicationRoom, ruleTo, type SeenVersion } from './replication-room.ts'

let room: ReplicationRoom
beforeAll(async () => {
  room = await ReplicationRoom.open()
})
afterAll(() => room[Symbol.asyncDispose]())

const side = fc.integer({ min: 0, max: 1 })
const key = fc.constantFrom('a', 'b')
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('put' as const), side, key, large: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), side, key }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('tag' as const), side, at: fc.nat(), tag: fc.nat(99) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('settle' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

interface Made {
  readonly Key: string
  readonly VersionId: string
}

/** Does the steps, as many at once as follow each other without a pause. */
async function run(buckets: readonly [string, string], steps: readonly Step[]): Promise<Made[]> {
  const made: Made[] = []
  let running: Promise<unknown>[] = []
  const pause = async (): Promise<void> => {
    await Promise.all(running)
    running = []
  }
  for (const each of steps) {
    if (each.kind === 'settle') {
      await pause()
      await room.server.settle()
    } else if (each.kind === 'put') {
      const Body = each.large ? 'x'.repeat(50_000) : 'small'
      const put = room.put(buckets[each.side] ?? '', each.key, { Body })
      running.push(put.then((VersionId) => made.push({ Key: each.key, VersionId })))
    } else if (each.kind === 'delete') {
      const Bucket = buckets[each.side]
      running.push(room.client.send(new DeleteObjectCommand({ Bucket, Key: each.key })))
    } else if (made.length > 0) {
      await pause()
      const version = made[each.at % made.length]
      const Tagging = { TagSet: [{ Key: 'n', Value: `${each.tag}` }] }
      const put = new PutObjectTaggingCommand({
        Bucket: buckets[each.side],
        Key: version?.Key,
        VersionId: version?.VersionId,
        Tagging,
      })
      // It may not have come to the other side yet.
      running.push(room.client.send(put).catch(() => undefined))
    }
  }
  await pause()
  return made
}

async function tagsOf(Bucket: string, made: readonly Made[]): Promise<string[]> {
  return Promise.all(
    made.map(async (version) => {
      const { TagSet } = await room.client.send(new GetObjectTaggingCommand({ Bucket, ...version }))
      return `${version.VersionId} ${TagSet?.map(({ Value }) => Value).join()}`
    }),
  )
}

function plain(versions: readonly SeenVersion[]): unknown[] {
  return versions.map((version) => ({ ...version, status: undefined }))
}

it(
  'two buckets for each other come to the same versions, markers and tags',
  { timeout: 120_000 },
  async () => {
    const role = await room.role()
    const both = { SourceSelectionCriteria: { ReplicaModifications: { Status: 'Enabled' } } } as const
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 25 }), async (steps) => {
        const buckets = [await room.bucket(), await room.bucket()] as const
        const [one, two] = buckets
        await room.replicate(one, role, ruleTo(two, both))
        await room.replicate(two, role, ruleTo(one, both))
        const made = await run([one, two], steps)
        const [first, second] = [await room.versions(one), await room.versions(two)]
        expect(plain(first)).toEqual(plain(second))
        expect(await tagsOf(one, made)).toEqual(await tagsOf(two, made))
        const statuses = new Set([...first, ...second].map(({ status }) => status))
        for (const status of statuses) expect(['COMPLETED', 'REPLICA', undefined]).toContain(status)
        expect(first.filter(({ body }) => body !== undefined)).toHaveLength(made.length)
      }),
      { numRuns: tries(40) },
    )
  },
)
