import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { mainAccount, testRegion } from '../support/accounts.ts'
import { blobFiles } from '../support/blob-files.ts'
import { createBucket } from '../support/buckets.ts'
import { executable } from '../support/executable.ts'
import { rawRequest } from '../support/raw-request.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { holdfast } from './damaged-folder.ts'
import { type Holding, type Journal, MixedLoad, verifyPromises } from './mixed-load.ts'

const BUCKET = 'followed'

/** What a later moment may hold of each key: what was acknowledged before it began, and whatever was asked for after. */
class Promised {
  readonly holdings = new Map<string, Holding[]>()
  isOpen = false

  readonly journal: Journal = (what, key, holding) => {
    const known = this.holdings.get(key) ?? ['absent']
    if (what === 'attempted') known.push(holding)
    this.holdings.set(key, what === 'acknowledged' && !this.isOpen ? [holding] : known)
  }
}

it(
  'a standby starts in the place of a store that was killed under load, with all that was acknowledged before the last moment',
  { timeout: 240_000 },
  async () => {
    await using folder = await temporaryDirectory()
    const at = (name: string): string => join(folder.path, name)
    const config = at('config.json')
    await writeFile(config, JSON.stringify({ region: testRegion, accounts: [mainAccount] }))
    await using started = new AsyncDisposableStack()
    const primary = started.use(await startServerProcess({ dataDirectory: at('data') }))
    await createBucket(primary, BUCKET)
    await cp(join(at('data'), 'root-keys'), join(at('standby'), 'root-keys'), { recursive: true })
    const promised = new Promised()
    const load = new MixedLoad(() => primary, BUCKET, 6, 4, { journal: promised.journal })
    const stop = new AbortController()
    const loading = load.run(stop.signal)

    const following = ['backup', at('backup'), '--follow', '--every', '1', '--keep', '3']
    const child = spawn(process.execPath, [
      executable,
      ...following,
      '--data',
      at('data'),
      '--config',
      config,
    ])
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += String(chunk)))
    const moments = (): number => [...output.matchAll(/^Moment \d+: /gm)].length
    const untilMoment = async (count: number): Promise<void> => {
      while (moments() < count) {
        if (child.exitCode !== null) throw new Error(output)
        await delay(20)
      }
    }
    await untilMoment(3)
    const before = load.acknowledgedCount
    promised.isOpen = true
    // The next may have begun before; the one after it has not.
    await untilMoment(moments() + 2)
    const { text: metrics } = await rawRequest(primary, { method: 'GET', path: '/-/metrics' })
    const [, seconds] =
      /^holdfast_backup_moment_timestamp_seconds\{backup="[0-9a-f]{16}"\} (\S+)$/m.exec(metrics) ?? []
    expect(Math.abs(Number(seconds) - Date.now() / 1000)).toBeLessThan(120)
    await primary.end('SIGKILL')
    child.kill('SIGKILL')
    await once(child, 'close')
    stop.abort()
    await loading
    expect(before).toBeGreaterThan(0)

    const restored = await holdfast(at('standby'), 'restore', at('backup'), '--link', '--config', config)
    expect([restored.exitCode, restored.stderr]).toEqual([0, ''])
    for (const { path } of await blobFiles(at('standby'))) expect((await stat(path)).nlink).toBe(2)
    const standby = started.use(await startServerProcess({ dataDirectory: at('standby') }))
    const { problems } = await verifyPromises(standby, BUCKET, promised.holdings)
    expect(problems).toEqual([])
    // What is deleted in the one is not in the other.
    await standby.end('SIGTERM')
    const scrub = await holdfast(at('standby'), 'scrub', '--config', config)
    expect([scrub.exitCode, scrub.text]).toEqual([0, expect.stringMatching(/ 0 damaged\.$/m)])
    expect((await holdfast(at('standby'), 'verify', at('backup'), '--config', config)).exitCode).toBe(0)
  },
)
