import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testRegion } from '../support/accounts.ts'
import { blobFiles } from '../support/blob-files.ts'
import { createBucket, getObject, listKeys, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { executable } from '../support/executable.ts'
import { rawRequest, type ServerAddress, xmlTexts } from '../support/raw-request.ts'
import { runCommand } from '../support/run-command.ts'
import { startTestServer } from '../support/server.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary-directory.ts'
import { BUCKET, contentsOf, copyOf, makeStore } from './damaged-folder.ts'

/** Over several parts of an upload, and over the 5 MiB that each but the last has to have. */
const HUGE_BYTES = 20_000_000

let made: TemporaryDirectory
let elsewhere: Awaited<ReturnType<typeof startTestServer>>
beforeAll(async () => {
  made = await temporaryDirectory()
  const dataDirectory = join(made.path, 'data')
  await makeStore(dataDirectory)
  {
    await using server = await startTestServer({ dataDirectory })
    await putObject(server, BUCKET, 'huge', contentOf('huge', HUGE_BYTES))
  }
  elsewhere = await startTestServer()
  await createBucket(elsewhere, 'backups')
}, 60_000)
afterAll(async () => {
  await elsewhere[Symbol.asyncDispose]()
  await made[Symbol.asyncDispose]()
})

function environmentOf({ url, credentials }: ServerAddress): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: testRegion,
    AWS_ENDPOINT_URL: url,
  }
}

function holdfast(data: string, words: readonly string[], environment: Record<string, string> = {}) {
  return runCommand(process.execPath, [executable, ...words, '--data', data], {
    allowFailure: true,
    environment: { ...environmentOf(elsewhere), ...environment },
  })
}

/** The store in a folder of its own, and a prefix of its own for its backup. */
async function prepared(prefix: string) {
  const folder = await copyOf(made)
  return {
    data: join(folder.path, 'data'),
    restored: join(folder.path, 'restored'),
    place: `s3://backups/${prefix}`,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

async function keysBelow(prefix: string): Promise<string[]> {
  return (await listKeys(elsewhere, 'backups')).filter((key) => key.startsWith(prefix))
}

describe('a backup in a bucket', () => {
  it('is made, listed, verified, added to and restored as one in a folder is', async () => {
    await using at = await prepared('of/one')
    const first = await holdfast(at.data, ['backup', '--to', at.place])
    expect([first.exitCode, first.stderr, first.text]).toEqual([0, '', expect.stringMatching(/^Moment 1: /)])
    const keys = await keysBelow('of/one/')
    expect(keys.filter((key) => key.includes('/tmp/'))).toEqual([])
    expect(keys).toContain('of/one/moments/00000001.moment')
    {
      await using server = await startTestServer({ dataDirectory: at.data })
      await putObject(server, BUCKET, 'small', 'newer')
    }
    const { text } = await holdfast(at.data, ['backup', at.place, '--keep', '5'])
    expect(text).toMatch(/^Moment 2: .+\n.+ and 0 blobs of 0 B\.$/m)
    expect((await holdfast(at.data, ['backup', at.place, '--list'])).text).toMatch(
      /^1 .+\n2 .+\n2 moments\.$/m,
    )
    expect((await holdfast(at.data, ['verify', at.place])).text).toMatch(/: 0 are wrong\.$/m)
    expect((await holdfast(at.restored, ['verify', at.place, '--alone'])).exitCode).toBe(0)
    const restored = await holdfast(at.restored, ['restore', at.place])
    expect([restored.exitCode, restored.stderr]).toEqual([0, ''])
    await cp(join(at.data, 'root-keys'), join(at.restored, 'root-keys'), { recursive: true })
    expect(await contentsOf(at.restored)).toEqual(await contentsOf(at.data))
  }, 120_000)

  it('forgets moments, and what they alone needed', async () => {
    await using at = await prepared('short')
    await holdfast(at.data, ['backup', at.place])
    const before = await keysBelow('short/blobs/')
    {
      await using server = await startTestServer({ dataDirectory: at.data })
      await rawRequest(server, { method: 'DELETE', path: `/${BUCKET}/large`, query: 'versionId=null' })
    }
    const { exitCode, text } = await holdfast(at.data, ['backup', at.place, '--keep', '1'])
    expect([exitCode, text]).toEqual([0, expect.stringMatching(/^1 older moments were forgotten\.$/m)])
    expect(await keysBelow('short/blobs/')).toHaveLength(before.length - 1)
    expect((await holdfast(at.data, ['verify', at.place])).exitCode).toBe(0)
  }, 60_000)

  it('puts back what is damaged in the store', async () => {
    await using at = await prepared('mends')
    await holdfast(at.data, ['backup', at.place])
    const before = await contentsOf(at.data)
    const [blob] = await blobFiles(at.data)
    await rm(blob?.path ?? '')
    const { exitCode, text } = await holdfast(at.data, ['repair', '--from', at.place, '--yes'])
    expect([exitCode, text]).toEqual([0, expect.stringMatching(/^PUT BACK Blob /m)])
    expect(await contentsOf(at.data)).toEqual(before)
  }, 60_000)

  it('that was killed while it was made leaves no moment, and the next one goes on and clears up', async () => {
    await using at = await prepared('killed')
    {
      await using server = await startTestServer({ dataDirectory: at.data })
      for (let index = 0; index < 6; index++)
        await putObject(server, BUCKET, `huge ${index}`, contentOf(`huge ${index}`, HUGE_BYTES))
    }
    const child = spawn(process.execPath, [executable, 'backup', at.place, '--data', at.data], {
      env: { PATH: process.env['PATH'], ...environmentOf(elsewhere) },
      stdio: 'ignore',
    })
    while ((await uploadsBelow('killed/')).length === 0 && child.exitCode === null) await delay(5)
    child.kill('SIGKILL')
    await once(child, 'close')
    expect(await keysBelow('killed/moments/0')).not.toContain('killed/moments/00000001.moment')
    expect(await uploadsBelow('killed/')).not.toEqual([])
    const none = await holdfast(at.restored, ['restore', at.place])
    expect([none.exitCode, none.stderr]).toEqual([1, expect.stringContaining('holds no finished backup yet')])
    expect(await readdir(at.restored).catch(() => 'nothing')).toBe('nothing')
    const next = await again(at.data, at.place)
    expect(next.text).toMatch(/^Moment 1: /)
    expect(await uploadsBelow('killed/')).toEqual([])
    expect((await holdfast(at.data, ['verify', at.place])).exitCode).toBe(0)
  }, 240_000)
})

/** One that was killed counts as alive for a minute. */
async function again(data: string, place: string) {
  for (;;) {
    const next = await holdfast(data, ['backup', place])
    if (!next.stderr.includes('Another backup of this store is under way')) return next
    await delay(2000)
  }
}

async function uploadsBelow(prefix: string): Promise<string[]> {
  const { text } = await rawRequest(elsewhere, {
    method: 'GET',
    path: '/backups',
    query: `prefix=${prefix}&uploads=`,
  })
  return xmlTexts(text, 'UploadId')
}

describe('a backup in a bucket is refused', () => {
  it('with what is wrong with the keys, the bucket and the address', async () => {
    await using at = await prepared('refused')
    const refusal = async (environment: Record<string, string>, place = at.place) => {
      const { exitCode, stderr } = await holdfast(at.data, ['backup', place], environment)
      expect(exitCode).toBe(1)
      return stderr
    }
    expect(await refusal({ AWS_SECRET_ACCESS_KEY: 'another' })).toContain(
      'the secret is not that of the access key',
    )
    expect(await refusal({ AWS_ACCESS_KEY_ID: 'AKIANOBODYKNOWSIT' })).toContain(
      'it does not know this access key',
    )
    expect(await refusal({ AWS_ACCESS_KEY_ID: '' })).toContain(
      'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    )
    expect(await refusal({ AWS_ENDPOINT_URL: 'ftp://there' })).toContain('expected http://HOST:PORT')
    expect(await refusal({}, 's3://nowhere/x')).toContain('There is no bucket nowhere at http://')
    expect(await refusal({}, 'https://there/x')).toContain('is no place for a backup')
    const { stderr } = await holdfast(at.data, ['backup'])
    expect(stderr).toContain('name one place for the backup')
    expect(await keysBelow('refused')).toEqual([])
  }, 60_000)

  it('where it is none, another store’s, or not whole: nothing is touched', async () => {
    await using at = await prepared('whole')
    await putObject(elsewhere, 'backups', 'things/of another', 'x')
    const taken = await holdfast(at.data, ['backup', 's3://backups/things'])
    expect(taken.stderr).toContain('s3://backups/things is not empty, and is no backup')
    const none = await holdfast(at.restored, ['restore', 's3://backups/none'])
    expect(none.stderr).toContain('s3://backups/none is no backup')
    await holdfast(at.data, ['backup', at.place])
    const other = join(at.restored, '..', 'other')
    await makeStore(other)
    expect((await holdfast(other, ['backup', at.place])).stderr).toContain('is a backup of another store')
    const [pack = ''] = await keysBelow('whole/rows/')
    const { body } = await getObject(elsewhere, 'backups', pack)
    await putObject(elsewhere, 'backups', pack, body.subarray(0, -1))
    const cut = await holdfast(at.restored, ['restore', at.place])
    expect([cut.exitCode, cut.stderr]).toEqual([
      1,
      expect.stringMatching(/Moment 1 is not whole: s3:\/\/backups\/whole\/rows\//),
    ])
    expect(await readdir(at.restored).catch(() => 'nothing')).toBe('nothing')
    await putObject(elsewhere, 'backups', pack, body)
    expect((await holdfast(at.restored, ['restore', at.place])).exitCode).toBe(0)
  }, 90_000)
})
