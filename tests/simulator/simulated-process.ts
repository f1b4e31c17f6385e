import type { Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { jsonLog } from '../../packages/server/src/base/log.ts'
import { seededRandom } from '../../packages/server/src/base/seeded-random.ts'
import { startHoldfast } from '../../packages/server/src/compose/start-holdfast.ts'
import { completeConfig } from '../../packages/server/src/config/config.ts'
import type { RunningServer } from '../../packages/server/src/server-options.ts'
import { mainAccount } from '../support/accounts.ts'
import type { Dice } from './dice.ts'
import type { SimulatedDisk } from './simulated-disk.ts'
import { SimulatedMetadata } from './simulated-metadata.ts'
import { joinedStreams } from './joined-streams.ts'
import type { Actor, World } from './world.ts'

export const DATA = '/srv/data'
export const COLD = '/mnt/cold'

const config = completeConfig({
  accounts: [mainAccount],
  storageClasses: [{ name: 'COLD', directory: COLD }],
  newBuckets: { objectOwnership: 'ObjectWriter', blockPublicAccess: false },
})

/** A line of the server's log, as far as it does not depend on the real clock. */
export interface LogLine {
  readonly level: number
  readonly msg: string
  readonly [field: string]: unknown
}

/** One life of the server: the product itself, whole, on a world of ours. */
export class SimulatedProcess implements Actor {
  isAlive = true
  /** It asked to be ended and started anew. */
  isHopeless = false
  readonly log: LogLine[] = []
  readonly #world: World
  #http: Server | undefined
  readonly #connections = new Set<Duplex>()

  private constructor(world: World) {
    this.#world = world
  }

  /** Begins a life. `ready` rejects where the server refuses to start, and never settles where it dies before. */
  static begin(
    world: World,
    disk: SimulatedDisk,
    dice: Dice,
  ): { readonly process: SimulatedProcess; readonly ready: Promise<void> } {
    const process = new SimulatedProcess(world)
    return { process, ready: process.#start(disk, dice) }
  }

  async #start(disk: SimulatedDisk, dice: Dice): Promise<void> {
    disk.newProcess()
    const view = disk.viewOf(this)
    this.#running = await startHoldfast({
      config,
      dataDirectory: DATA,
      address: { host: 'simulated', port: 0 },
      domains: [],
      log: jsonLog('warn', { write: (line) => this.#take(line) }),
      clock: this.#world.clockOf(this),
      random: seededRandom(`process ${dice.below(2 ** 32)}`),
      disk: view,
      openMetadata: (path, guards) => {
        const setting = {
          world: this.#world,
          actor: this,
          dice,
          disk: view,
          platter: disk.platter,
          path,
          guards,
        }
        return SimulatedMetadata.open(setting)
      },
      listen: async (server) => {
        this.#http = server
        return 1
      },
      onHopeless: (reason) => {
        this.#world.note(`hopeless: ${reason}`)
        this.isHopeless = true
      },
      minimumPartBytes: 1,
    })
  }

  #running: RunningServer | undefined

  /** Whether it takes connections. */
  get isServing(): boolean {
    return this.isAlive && this.#running !== undefined
  }

  /** The client's end of a new connection; absent where nobody listens. */
  connect(): Duplex | undefined {
    if (!this.isServing || !this.#http) return undefined
    const [client, server] = joinedStreams()
    this.#connections.add(client)
    client.once('close', () => this.#connections.delete(client))
    this.#http.emit('connection', server)
    return client
  }

  /** The network ends one of the connections. */
  dropConnection(nth: number): void {
    const connections = [...this.#connections]
    connections[nth % Math.max(1, connections.length)]?.destroy()
  }

  /** kill -9. */
  kill(): void {
    this.#world.note('the process is killed')
    this.#world.end(this)
    for (const connection of this.#connections) connection.destroy()
  }

  /** Ends by itself, in order. */
  async stop(): Promise<void> {
    await this.#running?.[Symbol.asyncDispose]()
    this.#world.end(this)
  }

  /** Lets the workers do all there is to do. */
  async settle(): Promise<void> {
    await this.#running?.settle()
  }

  #take(text: string): void {
    const line = JSON.parse(text) as LogLine
    this.log.push(line)
    const { err, worker } = line as { err?: { message?: string }; worker?: string }
    this.#world.note(`  log: ${[worker, line.msg, err?.message].filter(Boolean).join(': ')}`)
  }
}
