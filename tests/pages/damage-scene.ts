import { readFile, rm, writeFile } from 'node:fs/promises'
import { expect } from 'vitest'
import { blobFiles } from '../support/blob-files.ts'
import { createBucket, getObject, listKeys, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { runCommand } from '../support/run-command.ts'
import { executable } from '../support/executable.ts'
import type { Scene } from './describe-page.ts'

const DATA = '/srv/holdfast'
const SCRUB = 'holdfast scrub --data /srv/holdfast'

/** Docs/operations.md, “Damage”: one object is damaged and put back, then another is and taken out. */
export const damage: Scene = async (room) => {
  {
    await using server = await room.serve()
    await createBucket(server, 'photos')
    for (const key of ['one', 'two']) await putObject(server, 'photos', key, contentOf(key, 200_000))
    await room.run(SCRUB)
    const backup = [executable, 'backup', room.at('/backup/holdfast'), '--data', room.at(DATA)]
    await runCommand(process.execPath, backup)
    await server.end('SIGTERM')
  }
  const [first, second] = (await blobFiles(room.at(DATA))).map(({ path }) => path)
  if (first === undefined || second === undefined) throw new Error('no object has a file of its own')
  await writeFile(first, (await readFile(first)).fill(7, 1000, 1100))
  const scrubbed = await room.run(SCRUB, { allowFailure: true })
  expect([scrubbed.exitCode, scrubbed.text]).toEqual([
    1,
    expect.stringMatching(/^DAMAGED photos\/(one|two) /m),
  ])
  const back = await room.run('holdfast repair --from /backup/holdfast --data /srv/holdfast', {
    more: '--yes',
  })
  expect(back.text).toMatch(/^PUT BACK /m)
  await room.run(SCRUB)

  await rm(second)
  const asked = await room.run('holdfast repair --data /srv/holdfast', { allowFailure: true })
  expect([asked.exitCode, asked.text]).toEqual([1, expect.stringContaining('Give --yes to take that out')])
  await room.run('holdfast repair --data /srv/holdfast', { more: '--yes' })
  await room.run(SCRUB)
  await using server = await room.serve()
  const left = await listKeys(server, 'photos')
  expect(left).toHaveLength(1)
  const [key = ''] = left
  expect((await getObject(server, 'photos', key)).body.equals(contentOf(key, 200_000))).toBe(true)
}
