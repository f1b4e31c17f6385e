import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { cp, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { mainAccount, testRegion } from '../support/accounts.ts'
import { createBucket } from '../support/buckets.ts'
import { executable } from '../support/executable.ts'
import { startServerProcess } from '../support/server-process.ts'
import { tries } from '../support/sizes.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { type Holding, type Journal, MixedLoad, verifyPromises } from './mixed-load.ts'

const KILLS = tries(8)
const BUCKET = 'backed-up'
/** So that a backup that was killed is soon forgotten. */
const testing = { enabled: true, dayLengthSeconds: 86_400, processTimeoutSeconds: 1 }

interface Ran {
  readonly exitCode: number | null
  readonly output: string
  readonly milliseconds: number
}

/** Runs a command of Holdfast, or kills it after so long. */
async function run(words: readonly string[], killAfterMilliseconds?: number): Promise<Ran> {
  const started = Date.now()
  const child = spawn(process.execPath, [executable, ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += String(chunk)))
  const ended = once(child, 'close')
  if (killAfterMilliseconds !== undefined) {
    await Promise.race([ended, delay(killAfterMilliseconds)])
    child.kill('SIGKILL')
  }
  await ended
  return { exitCode: child.exitCode, output, milliseconds: Date.now() - started }
}

/** What each key may hold in a moment that is taken from now on: what it holds now, and whatever is asked for after. */
class Allowed {
  readonly #holdings = new Map<string, Holding[]>()
  #isOpen = false

  readonly journal: Journal = (what, key, holding) => {
    const known = this.#holdings.get(key) ?? ['absent']
    if (what === 'attempted') known.push(holding)
    this.#holdings.set(key, what === 'acknowledged' && !this.#isOpen ? [holding] : known)
  }

  begin(): void {
    this.#isOpen = true
  }

  end(): ReadonlyMap<string, readonly Holding[]> {
    this.#isOpen = false
    return new Map([...this.#holdings].map(([key, holdings]) => [key, [...holdings]]))
  }
}

it(
  `a backup under mixed load is of one moment, through ${KILLS} kills of it and as many of its restoration`,
  { timeout: 240_000 },
  async () => {
    await using folder = await temporaryDirectory()
    const [data, backup, restored, config] = ['data', 'backup', 'restored', 'config.json'].map((name) =>
      join(folder.path, name),
    ) as [string, string, string, string]
    await writeFile(config, JSON.stringify({ region: testRegion, accounts: [mainAccount], testing }))
    const making = ['backup', backup, '--data', data, '--config', config]
    await using started = new AsyncDisposableStack()
    let server = started.use(await startServerProcess({ dataDirectory: data, config: { testing } }))
    await createBucket(server, BUCKET)
    const allowed = new Allowed()
    const load = new MixedLoad(() => server, BUCKET, 6, 4, { journal: allowed.journal })
    const stop = new AbortController()
    const loading = load.run(stop.signal)
    await delay(1500)

    const first = await untilMade(making)
    expect(first.output).toMatch(/^Moment 1: /)
    for (let kill = 0; kill < KILLS; kill++) {
      await run(making, randomInt(first.milliseconds))
      // What was whole stays whole.
      expect(
        (await run(['verify', backup, '--moment', '1', '--data', data, '--config', config])).exitCode,
      ).toBe(0)
    }
    allowed.begin()
    const before = load.acknowledgedCount
    const last = await untilMade(making)
    expect(last.output).toMatch(/^Moment \d+: /m)
    const promises = allowed.end()
    expect(load.acknowledgedCount).toBeGreaterThan(before)
    stop.abort()
    await loading
    await server.end('SIGTERM')

    const restoring = ['restore', backup, '--data', restored, '--config', config]
    const whole = await run(restoring)
    expect(whole.exitCode).toBe(0)
    for (let kill = 0; kill < KILLS; kill++) {
      if (kill % 2 === 0) await rm(restored, { recursive: true, force: true })
      await run(restoring, randomInt(whole.milliseconds))
      const names = await readdir(restored).catch((): string[] => [])
      if (!names.includes('restoring.json') || names.includes('metadata')) continue
      await cp(join(data, 'root-keys'), join(restored, 'root-keys'), { recursive: true })
      const refused = startServerProcess({ dataDirectory: restored })
      await expect(refused).rejects.toThrow('was begun and is not finished')
    }
    const names = await readdir(restored).catch((): string[] => [])
    if (names.includes('metadata') && !names.includes('restoring.json'))
      await rm(restored, { recursive: true })
    expect(await run(restoring)).toMatchObject({ exitCode: 0 })

    await cp(join(data, 'root-keys'), join(restored, 'root-keys'), { recursive: true })
    server = started.use(await startServerProcess({ dataDirectory: restored }))
    const { problems } = await verifyPromises(server, BUCKET, promises)
    expect(problems).toEqual([])
    await server.end('SIGTERM')
    const scrub = await run(['scrub', '--data', restored, '--config', config])
    expect([scrub.exitCode, scrub.output]).toEqual([0, expect.stringMatching(/ 0 damaged\.$/m)])
  },
)

/** The one that was killed counts as alive for a while; on a machine with much else to do one that lives may count as dead. */
async function untilMade(making: readonly string[]): Promise<Ran> {
  for (;;) {
    const made = await run(making)
    if (made.exitCode === 0) return made
    expect(made.output).toMatch(/Another backup of this store is under way|took this backup for dead/)
    await delay(300)
  }
}
