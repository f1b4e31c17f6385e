import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createBucket, listKeys } from '../support/buckets.ts'
import { executable } from '../support/executable.ts'
import { rawRequest, type ServerAddress } from '../support/raw-request.ts'
import { runCommand } from '../support/run-command.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const MOST = 150

/** Puts objects until one is refused; how many were let in. */
async function fill(server: ServerAddress, bucket: string, name: string): Promise<number> {
  let written = 0
  const lane = async (_: unknown, number: number): Promise<void> => {
    for (let index = 0; ; index++) {
      const path = `/${bucket}/${name}-${number}-${index}`
      const { status, text } = await rawRequest(server, { method: 'PUT', path, body: Buffer.alloc(1000) })
      if (status === 403 && text.includes('QuotaExceeded')) return
      expect(status).toBe(200)
      written++
    }
  }
  await Promise.all(Array.from({ length: 4 }, lane))
  return written
}

it(
  'a quota is set beside two servers, filled by both to its last byte, and neither exceeded nor lost by kills',
  {
    timeout: 180_000,
  },
  async () => {
    await using folder = await temporaryDirectory()
    await using started = new AsyncDisposableStack()
    const start = async () => started.use(await startServerProcess({ dataDirectory: folder.path }))
    const holdfast = async (...words: string[]): Promise<string> =>
      (await runCommand(executable, [...words, '--data', folder.path])).text
    let [one, two] = [await start(), await start()]
    const bucket = await createBucket(one, 'filled')
    await holdfast('quota', 'set', '--bucket', bucket, '--bytes', `${MOST}KB`, '--objects', '100000')

    const written = await Promise.all([fill(one, bucket, 'one'), fill(two, bucket, 'two')])
    expect(written[0] + written[1]).toBe(MOST)

    // Some are deleted, and both fill it again while they are killed.
    for (let round = 0; round < 2; round++) {
      for (const key of (await listKeys(one, bucket)).slice(0, 100))
        await rawRequest(one, { method: 'DELETE', path: `/${bucket}/${key}` })
      const filling = [fill(one, bucket, `a${round}`), fill(two, bucket, `b${round}`)]
      const ended = Promise.allSettled(filling)
      await delay(100)
      await Promise.all([one.end('SIGKILL'), two.end('SIGKILL')])
      await ended
      ;[one, two] = [await start(), await start()]
      expect((await listKeys(one, bucket)).length).toBeLessThanOrEqual(MOST)
      await Promise.all([fill(one, bucket, `c${round}`), fill(two, bucket, `d${round}`)])
      expect(await listKeys(one, bucket)).toHaveLength(MOST)
    }
    const [told] = JSON.parse(await holdfast('quota', 'list', '--json')) as object[]
    expect(told).toMatchObject({
      scope: 'bucket',
      name: bucket,
      maximumBytes: MOST * 1000,
      maximumObjects: 100_000,
      used: { bytes: MOST * 1000, objects: MOST },
    })
    expect(await holdfast('quota')).toMatch(/^bucket +filled +150\.0 KB +150\.0 KB +150 +100000$/m)

    await holdfast('quota', 'remove', '--bucket', bucket)
    const path = `/${bucket}/more`
    expect((await rawRequest(two, { method: 'PUT', path, body: Buffer.alloc(1000) })).status).toBe(200)
    for (const wrong of [
      ['set', '--bucket', 'nobody-has-this', '--bytes', '1'],
      ['set', '--bucket', bucket],
      ['set', '--bucket', bucket, '--bytes', '-1'],
      ['set', '--bucket', bucket, '--bytes', '1.5GiB'],
      ['set', '--bucket', bucket, '--objects', '1e3'],
      ['set', '--account', 'nobody', '--bytes', '1'],
      ['set', '--account', '123456789012', '--bucket', bucket, '--bytes', '1'],
      ['remove'],
    ]) {
      const words = ['quota', ...wrong, '--data', folder.path]
      const { exitCode, stderr } = await runCommand(executable, words, { allowFailure: true })
      expect([wrong, exitCode]).toEqual([wrong, 1])
      expect(stderr).not.toBe('')
    }
  },
)
