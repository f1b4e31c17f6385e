import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { executable } from '../support/executable.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { holdfast } from './damaged-folder.ts'

/** A backup that runs until it is told to stop. */
function start(...words: string[]) {
  const child = spawn(process.execPath, [executable, 'backup', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += String(chunk)))
  const ended = once(child, 'close')
  return {
    async printed(pattern: RegExp): Promise<void> {
      while (!pattern.test(output)) {
        if (child.exitCode !== null) throw new Error(`it ended: ${output}`)
        await once(child.stdout, 'data')
      }
    },
    async end(signal: NodeJS.Signals): Promise<{ exitCode: number | null; output: string }> {
      child.kill(signal)
      await ended
      return { exitCode: child.exitCode, output }
    },
  }
}

it(
  '--follow makes one moment after the other, and ends when it is told to',
  { timeout: 60_000 },
  async () => {
    await using folder = await temporaryDirectory()
    const [data, backup, standby] = ['data', 'backup', 'standby'].map((name) => join(folder.path, name)) as [
      string,
      string,
      string,
    ]
    await using server = await startServerProcess({ dataDirectory: data })
    await createBucket(server, 'followed')
    const following = start(backup, '--data', data, '--follow', '--every', '1', '--keep', '2')
    await following.printed(/^Moment 1: /m)
    await putObject(server, 'followed', 'large', contentOf('large', 200_000))
    await following.printed(/and 1 blobs of/)
    await following.printed(/^1 older moments were forgotten/m)
    const { exitCode } = await following.end('SIGTERM')
    expect(exitCode).toBe(0)
    // It let go of the store's blobs: nobody has to wait until it counts as dead.
    expect((await holdfast(data, 'backup', backup)).exitCode).toBe(0)
    expect((await holdfast(standby, 'restore', backup)).exitCode).toBe(0)
    expect((await getObject(server, 'followed', 'large')).status).toBe(200)
    const without = await holdfast(data, 'backup', backup, '--follow')
    expect([without.exitCode, without.stderr]).toEqual([1, expect.stringContaining('--follow needs --keep')])
  },
)

it(
  'a backup that is told to stop says so, and the next one follows at once',
  { timeout: 60_000 },
  async () => {
    await using folder = await temporaryDirectory()
    const [data, backup] = [join(folder.path, 'data'), join(folder.path, 'backup')]
    await using server = await startServerProcess({ dataDirectory: data })
    await createBucket(server, 'stopped')
    for (let index = 0; index < 20; index++)
      await putObject(server, 'stopped', `large ${index}`, contentOf(`${index}`, 3_000_000))
    const making = start(backup, '--data', data)
    while (!(await readdir(join(backup, 'tmp')).catch((): string[] => [])).some(Boolean)) await delay(5)
    const stopped = await making.end('SIGINT')
    // It may just have been done.
    expect(stopped.output).toMatch(
      stopped.exitCode === 0 ? /^Moment 1: / : /^Stopped\. The moments before are as they were/m,
    )
    const { exitCode, text } = await holdfast(data, 'backup', backup)
    expect([exitCode, text]).toEqual([0, expect.stringMatching(/^Moment \d: /m)])
  },
)
