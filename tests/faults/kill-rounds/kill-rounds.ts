import { randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { childrenOf } from '../../support/child-processes.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { type ServerProcess, startServerProcess } from '../../support/server-process.ts'
import { LITTLE, MixedLoad } from '../mixed-load.ts'

/** Whom a round kills: the only process; both workers and their primary; one worker, while the other goes on. */
export const VICTIMS = ['process', 'all', 'worker'] as const

export interface KillReport {
  readonly rounds: Readonly<Record<(typeof VICTIMS)[number], number>>
  readonly acknowledged: number
  /** What was found after which round; nothing, unless promises were broken or a start failed. */
  readonly problems: readonly string[]
}

export interface KillOptions {
  readonly dataDirectory: string
  readonly bucket: string
  /** Of each life of a server, one after the other: with a process alone it has a round, with workers three. */
  readonly lives: number
  readonly untilMilliseconds?: number
}

const WRITERS = 8
const KEYS = 4
const MOST_WRITES = 20
const MOST_MILLISECONDS = 40

/**
 * Kills a server with SIGKILL at any moment of a mixed load, again and again on one folder. After each kill every key is
 * read and listed: what was acknowledged is there, whole; what was not is whole or absent.
 */
export async function killRounds(options: KillOptions): Promise<KillReport> {
  return new KillRounds(options).run()
}

class KillRounds {
  readonly #options: KillOptions
  readonly #load: MixedLoad
  readonly #rounds = { process: 0, all: 0, worker: 0 }
  readonly #problems: string[] = []
  #server: ServerProcess | undefined

  constructor(options: KillOptions) {
    this.#options = options
    this.#load = new MixedLoad(() => this.#running(), options.bucket, WRITERS, KEYS, { sizes: LITTLE })
  }

  async run(): Promise<KillReport> {
    const { lives, untilMilliseconds = Infinity } = this.#options
    await using servers = new AsyncDisposableStack()
    // Writes the cache that makes the other starts cheaper.
    await (await this.#start([])).end('SIGTERM')
    for (let life = 0; life <= lives && Date.now() < untilMilliseconds; life++) {
      const isAlone = life % 2 === 0
      this.#server = servers.use(await this.#start(isAlone ? [] : ['--workers', '2']))
      if (life === 0) await this.#makeBucket()
      else await this.#verify(`life ${life}`)
      if (this.#problems.length > 0 || life === lives) break
      if (isAlone) await this.#killProcess()
      else await this.#killWorkers()
    }
    return { rounds: this.#rounds, acknowledged: this.#load.acknowledgedCount, problems: this.#problems }
  }

  #start(workers: readonly string[]): Promise<ServerProcess> {
    const { dataDirectory } = this.#options
    const environment = { NODE_COMPILE_CACHE: `${dataDirectory}.compiled` }
    return startServerProcess({ dataDirectory, environment, arguments: workers })
  }

  #running(): ServerProcess {
    if (!this.#server) throw new Error('no server runs')
    return this.#server
  }

  async #makeBucket(): Promise<void> {
    const { bucket } = this.#options
    const { status, text } = await rawRequest(this.#running(), { method: 'PUT', path: `/${bucket}` })
    if (status !== 200) throw new Error(text)
  }

  async #verify(when: string): Promise<void> {
    const problems = await this.#load.verify()
    this.#problems.push(...problems.map((problem) => `${when}: ${problem}`))
  }

  async #killProcess(): Promise<void> {
    await this.#killAmid(async () => void (await this.#running().end('SIGKILL')))
    this.#rounds.process++
  }

  /** One of the two, the other, which by then may be alone or have a new one beside it, and then all at once. */
  async #killWorkers(): Promise<void> {
    const primary = this.#running().processId
    for (let count = 0; count < 2; count++) {
      const workers = await childrenOf(primary)
      const [victim] = workers.splice(randomInt(workers.length), 1)
      if (victim === undefined) throw new Error('no worker runs')
      const kill = async (): Promise<void> => {
        process.kill(victim, 'SIGKILL')
        // Until its primary knows, it may be given a connection.
        while ((await childrenOf(primary)).includes(victim)) await delay(1)
      }
      await this.#killAmid(kill, new AbortController())
      await this.#answers()
      this.#rounds.worker++
      await this.#verify(`worker ${this.#rounds.worker}`)
    }
    await this.#killAmid(async () => {
      for (const id of await childrenOf(primary)) process.kill(id, 'SIGKILL')
      await this.#running().end('SIGKILL')
    })
    this.#rounds.all++
  }

  /** Kills amid a load. That goes on for a while after it where somebody is left to answer (`rest`). */
  async #killAmid(kill: () => Promise<void>, rest?: AbortController): Promise<void> {
    const running = this.#load.run(rest?.signal ?? new AbortController().signal)
    await Promise.race([running, this.#writes(1 + randomInt(MOST_WRITES))])
    await delay(randomInt(MOST_MILLISECONDS))
    await kill()
    if (rest) {
      await Promise.race([running, this.#writes(10)])
      rest.abort()
    }
    await running
  }

  /** Where the other worker had died before, nobody answers until a new one does. */
  async #answers(): Promise<void> {
    const ask = (): Promise<unknown> => rawRequest(this.#running(), { path: '/-/ready', anonymous: true })
    let ending: unknown
    void this.#running().ended.then((how) => (ending = how))
    while (!(await ask().catch(() => undefined))) {
      if (ending) throw new Error(`the server ended: ${JSON.stringify(ending)} ${this.#running().output()}`)
      await delay(10)
    }
  }

  /** Resolves when so many more writes were acknowledged, or a good while later. */
  async #writes(count: number): Promise<void> {
    const least = this.#load.acknowledgedCount + count
    const latest = Date.now() + 10_000
    while (this.#load.acknowledgedCount < least && Date.now() < latest) await delay(2)
  }
}
