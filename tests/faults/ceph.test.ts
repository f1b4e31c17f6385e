import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openRadosBlobs } from '../../packages/server/src/blobs/engines/ceph/rados-blobs.ts'
import { RadosPool } from '../../packages/server/src/blobs/engines/ceph/rados-pool.ts'
import { mainAccount, testRegion } from '../support/accounts.ts'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { CEPH_USER, type CephCluster, startCeph, whyNoCeph } from '../support/ceph-cluster.ts'
import { contentOf } from '../support/content.ts'
import { rawRequest } from '../support/raw-request.ts'
import { startTestServer } from '../support/server.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { holdfast } from './damaged-folder.ts'
import { MixedLoad } from './mixed-load.ts'

const BUCKET = 'pooled'
const HOUR = 3_600_000
const missing = whyNoCeph()

describe.skipIf(missing !== undefined)(
  `a store in Ceph${missing === undefined ? '' : `: ${missing}`}`,
  () => {
    let cluster: CephCluster
    beforeAll(async () => {
      cluster = await startCeph({ osds: 2, size: 2, onDisk: true })
    }, 120_000)
    afterAll(async () => cluster?.[Symbol.asyncDispose]())

    const blobsIn = (namespace: string) =>
      ({
        engine: 'ceph',
        pool: cluster.pool,
        user: `client.${CEPH_USER}`,
        configFile: cluster.configFile,
        namespace,
        timeoutSeconds: 5,
      }) as const
    const openPool = (namespace: string): Promise<RadosPool> =>
      RadosPool.open({ configFile: cluster.configFile, user: CEPH_USER, pool: cluster.pool, namespace })
    const objectsIn = async (namespace: string): Promise<string[]> => {
      await using pool = await openPool(namespace)
      return await namesIn(pool)
    }

    it('belongs to one store, is looked at by doctor, and takes a backup', { timeout: 120_000 }, async () => {
      await using folder = await temporaryDirectory()
      const [data, other, backup, restored] = ['data', 'other', 'backup', 'restored'].map((name) =>
        join(folder.path, name),
      )
      if (!data || !other || !backup || !restored) throw new Error('four paths')
      const large = contentOf('large', 9_000_000)
      const blobs = blobsIn(cluster.newNamespace())
      {
        await using server = await startTestServer({ dataDirectory: data, blobs })
        await createBucket(server, BUCKET)
        await putObject(server, BUCKET, 'large', large)
      }
      const intruder = startTestServer({ dataDirectory: other, blobs })
      await expect(intruder).rejects.toThrow(`The pool ${cluster.pool} of Ceph belongs to another store`)
      const empty = startTestServer({ dataDirectory: data, blobs: blobsIn(cluster.newNamespace()) })
      await expect(empty).rejects.toThrow('--accept lost-blobs')

      const config = join(folder.path, 'config.json')
      const configure = (blobs: unknown): Promise<void> =>
        writeFile(config, JSON.stringify({ region: testRegion, accounts: [mainAccount], blobs }))
      await configure(blobs)
      const examined = await holdfast(data, 'doctor', '--config', config)
      expect(String(examined.stdout)).toContain('Ceph and the pool of the blobs can be reached.')
      expect(await holdfast(data, 'scrub', '--config', config)).toMatchObject({ exitCode: 0 })
      expect(await holdfast(data, 'backup', backup, '--config', config)).toMatchObject({ exitCode: 0 })
      expect(await holdfast(restored, 'restore', backup, '--config', config)).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining('has the blobs of a store already'),
      })
      const fresh = blobsIn(cluster.newNamespace())
      await configure(fresh)
      expect(await holdfast(restored, 'restore', backup, '--config', config)).toMatchObject({ exitCode: 0 })
      await rename(join(data, 'root-keys'), join(restored, 'root-keys'))
      await using server = await startTestServer({ dataDirectory: restored, blobs: fresh })
      expect((await getObject(server, BUCKET, 'large')).body.equals(large)).toBe(true)

      await configure({ ...fresh, pool: 'none' })
      const wrong = await holdfast(restored, 'doctor', '--config', config)
      expect(String(wrong.stdout)).toContain('ceph osd pool create none')
    })

    it(
      'a server that is killed amid a large PUT leaves no half, and what it wrote is cleared away',
      { timeout: 120_000 },
      async () => {
        await using folder = await temporaryDirectory()
        const namespace = cluster.newNamespace()
        const config = { blobs: blobsIn(namespace) }
        const server = await startServerProcess({ dataDirectory: folder.path, config })
        await createBucket(server, BUCKET)
        const kept = contentOf('kept', 10_000_000)
        await putObject(server, BUCKET, 'kept', kept)
        const putting = putObject(server, BUCKET, 'half', contentOf('half', 200_000_000)).catch(
          () => undefined,
        )
        const isUnderWay = async (): Promise<boolean> =>
          (await objectsIn(namespace)).some((name) => /^(\w+)\.[5-9]$/.test(name))
        while (!(await isUnderWay())) await delay(10)
        await server.end('SIGKILL')
        await putting
        expect((await objectsIn(namespace)).some((name) => name.endsWith('.w'))).toBe(true)

        await using again = await startServerProcess({ dataDirectory: folder.path, config })
        expect((await getObject(again, BUCKET, 'kept')).body.equals(kept)).toBe(true)
        expect((await getObject(again, BUCKET, 'half')).status).toBe(404)
        const pool = await openPool(namespace)
        const now = Date.now() + 2 * HOUR
        const clock = { now: () => new Date(now), elapsedMilliseconds: () => now, sleep: async () => {} }
        await using blobs = openRadosBlobs({ pool, clock })
        for await (const _ of blobs.list());
        const stripes = (await namesIn(pool)).filter((name) => /\.\d+$/.test(name))
        expect(new Set(stripes.map((name) => name.slice(0, 32))).size).toBe(1)
        expect((await getObject(again, BUCKET, 'kept')).body.equals(kept)).toBe(true)
      },
    )

    it(
      'OSDs that fall silent amid writes and reads: 503 in time, and all that was acknowledged is there',
      { timeout: 180_000 },
      async () => {
        await using folder = await temporaryDirectory()
        const config = { blobs: blobsIn(cluster.newNamespace()) }
        await using server = await startServerProcess({ dataDirectory: folder.path, config })
        await createBucket(server, BUCKET)
        await createBucket(server, 'still')
        await putObject(server, 'still', 'before', contentOf('before', 6_000_000))
        const load = new MixedLoad(() => server, BUCKET, 4, 2, { goesOn: true })
        const stop = new AbortController()
        const running = load.run(stop.signal)
        for (let round = 0; round < 3; round++) {
          await delay(1000)
          for (const osd of [0, 1]) cluster.pauseOsd(osd)
          const began = performance.now()
          const answers = await Promise.all([
            getObject(server, 'still', 'before'),
            rawRequest(server, {
              method: 'PUT',
              path: '/still/meanwhile',
              body: contentOf('meanwhile', 6_000_000),
            }),
          ])
          expect(answers.map(({ status }) => status)).toEqual([503, 503])
          expect(performance.now() - began).toBeLessThan(20_000)
          const until = performance.now() + 30_000
          while ((await isReady(server)) && performance.now() < until) await delay(200)
          expect(await isReady(server)).toBe(false)
          for (const osd of [0, 1]) cluster.resumeOsd(osd)
          await untilReady(server)
        }
        stop.abort()
        await running
        expect(await load.verify()).toEqual([])
      },
    )

    it(
      'OSDs that are all killed and started again: the server goes on without a restart',
      { timeout: 120_000 },
      async () => {
        await using folder = await temporaryDirectory()
        const config = { blobs: blobsIn(cluster.newNamespace()) }
        await using server = await startServerProcess({ dataDirectory: folder.path, config })
        await createBucket(server, BUCKET)
        const kept = contentOf('kept', 6_000_000)
        await putObject(server, BUCKET, 'kept', kept)
        await Promise.all([0, 1].map((osd) => cluster.killOsd(osd)))
        expect((await getObject(server, BUCKET, 'kept')).status).toBe(503)
        for (const osd of [0, 1]) cluster.startOsd(osd)
        await cluster.untilServed()
        await untilReady(server)
        expect((await getObject(server, BUCKET, 'kept')).body.equals(kept)).toBe(true)
        expect((await putObject(server, BUCKET, 'more', kept)).status).toBe(200)
      },
    )
  },
)

async function namesIn(pool: RadosPool): Promise<string[]> {
  const names: string[] = []
  for await (const page of pool.pages(1000)) names.push(...page)
  return names
}

async function untilReady(server: { readonly url: string }): Promise<void> {
  while (!(await isReady(server))) await delay(100)
}

async function isReady({ url }: { readonly url: string }): Promise<boolean> {
  return (await fetch(`${url}/-/ready`)).ok
}
