import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { expect, it } from 'vitest'
import type { Entry } from '../../packages/server/src/metadata/ordered-store.ts'
import { current } from '../../packages/server/src/metadata/tables/tables.ts'
import { damage, holdfast } from '../faults/damaged-folder.ts'
import { createBucket, getObject, listKeys, putObject } from '../support/buckets.ts'
import { startTestServer } from '../support/server.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

/** A packed row (docs/format.md) with one more member, of a number that nobody has yet, as a newer version may write it. */
function withNewMember({ key, value }: Entry): { key: Uint8Array; value: Uint8Array } {
  const behindChecksum = Buffer.concat([value.subarray(5), Uint8Array.of(100, 1, 1)])
  const frame = Buffer.concat([value.subarray(0, 5), behindChecksum])
  frame.writeUInt32BE(crc32(Buffer.concat([key, behindChecksum])), 1)
  return { key, value: frame }
}

async function rowsOf(data: string): Promise<string[]> {
  const rows: string[] = []
  await damage(data, async (store) => {
    for (const { value } of await store.entries(current)) rows.push(Buffer.from(value).toString('hex'))
  })
  return rows
}

it('what a newer version wrote within this format costs its own object alone, and stays as it is', async () => {
  await using folder = await temporaryDirectory()
  const data = join(folder.path, 'data')
  {
    await using server = await startTestServer({ dataDirectory: data })
    await createBucket(server, 'photos')
    for (const key of ['newer', 'older']) await putObject(server, 'photos', key, key)
  }
  await damage(data, async (store) => {
    const [newer, older] = await store.entries(current)
    if (!newer || !older) throw new Error('there are two objects')
    await store.write([withNewMember(newer)])
  })
  const [before] = await rowsOf(data)
  {
    await using server = await startTestServer({ dataDirectory: data })
    expect((await getObject(server, 'photos', 'newer')).status).toBe(500)
    expect((await getObject(server, 'photos', 'older')).text).toBe('older')
    await putObject(server, 'photos', 'another', 'another')
    expect(await listKeys(server, 'photos')).toEqual(expect.arrayContaining(['another', 'older']))
    await server.settle()
  }
  expect(await rowsOf(data)).toContain(before)
  const { exitCode, text } = await holdfast(data, 'scrub')
  expect([exitCode, text]).toEqual([1, expect.stringMatching(/^UNREADABLE row of current photos\/newer/m)])
})
