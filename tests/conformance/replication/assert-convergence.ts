import { DeleteObjectCommand, GetObjectTaggingCommand, PutObjectTaggingCommand } from '@aws-sdk/client-s3'
import * as fc from 'fast-check'
import { expect } from 'vitest'
import type { ReplicationRoom, SeenVersion } from './replication-room.ts'

/** A bucket of some server. */
export interface Side {
  readonly room: ReplicationRoom
  readonly bucket: string
}

export type Sides = readonly [Side, Side]

async function settle(sides: Sides): Promise<void> {
  for (const { room } of sides) await room.server.settle()
}

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
async function run(sides: Sides, steps: readonly Step[]): Promise<Made[]> {
  const made: Made[] = []
  let running: Promise<unknown>[] = []
  const pause = async (): Promise<void> => {
    await Promise.all(running)
    running = []
  }
  for (const each of steps) {
    if (each.kind === 'settle') {
      await pause()
      await settle(sides)
    } else if (each.kind === 'put') {
      const Body = each.large ? 'x'.repeat(50_000) : 'small'
      const { room, bucket } = sideOf(sides, each.side)
      const put = room.put(bucket, each.key, { Body })
      running.push(put.then((VersionId) => made.push({ Key: each.key, VersionId })))
    } else if (each.kind === 'delete') {
      const { room, bucket: Bucket } = sideOf(sides, each.side)
      running.push(room.client.send(new DeleteObjectCommand({ Bucket, Key: each.key })))
    } else if (made.length > 0) {
      await pause()
      const version = made[each.at % made.length]
      const { room, bucket } = sideOf(sides, each.side)
      const Tagging = { TagSet: [{ Key: 'n', Value: `${each.tag}` }] }
      const put = new PutObjectTaggingCommand({
        Bucket: bucket,
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

async function tagsOf({ room, bucket: Bucket }: Side, made: readonly Made[]): Promise<string[]> {
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

function sideOf(sides: Sides, index: number): Side {
  return index === 0 ? sides[0] : sides[1]
}

/** Does random steps on both of two buckets that replicate to each other: in the end they hold the same. `open` makes two new ones. */
export async function assertConvergence(open: () => Promise<Sides>, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 25 }), async (steps) => {
      const sides = await open()
      const [one, two] = sides
      const made = await run(sides, steps)
      await settle(sides)
      const [first, second] = [await one.room.versions(one.bucket), await two.room.versions(two.bucket)]
      expect(plain(first)).toEqual(plain(second))
      expect(await tagsOf(one, made)).toEqual(await tagsOf(two, made))
      const statuses = new Set([...first, ...second].map(({ status }) => status))
      for (const status of statuses) expect(['COMPLETED', 'REPLICA', undefined]).toContain(status)
      expect(first.filter(({ body }) => body !== undefined)).toHaveLength(made.length)
    }),
    // What fails here hangs on timing: the steps that failed say more than fewer that happened to.
    { numRuns, endOnFailure: true },
  )
}
