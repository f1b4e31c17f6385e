import { dirname } from 'node:path'
import {
  blobReferences,
  current,
  garbage,
  inlineBytes,
  partLists,
  parts,
  uploads,
  versions,
} from '../../packages/server/src/metadata/tables/tables.ts'
import { inRange } from '../support/in-range.ts'
import { blobFiles, damageDisk, isOfBlobs } from './damage.ts'
import { checkDamagedStore } from './damaged-store-check.ts'
import { Dice } from './dice.ts'
import { Ledger } from './ledger.ts'
import { MishapMaker } from './mishaps.ts'
import { BUCKETS, type Plan, type Round } from './plan.ts'
import { type Answer, type Request, sendRequest } from './request.ts'
import { SimulatedClient, versioningDocument, withChecksum } from './simulated-client.ts'
import { SimulatedDisk } from './simulated-disk.ts'
import { readRows } from './simulated-metadata.ts'
import { COLD, DATA, SimulatedProcess } from './simulated-process.ts'
import { checkStore, type ToldLoss } from './store-check.ts'
import { emptyStore } from './empty-store.ts'
import { type Actor, Stuck, World } from './world.ts'

export interface Outcome {
  /** What contradicts the server's promises. */
  readonly problems: readonly string[]
  readonly trace: readonly string[]
  readonly traceHash: string
}

const HOUR_MILLISECONDS = 3_600_000
const DAY_MILLISECONDS = 24 * HOUR_MILLISECONDS

/** Carries a plan out, and looks for broken promises after each of its rounds. */
export async function simulate(plan: Plan): Promise<Outcome> {
  const simulation = new Simulation(plan)
  try {
    await simulation.run()
  } catch (error) {
    const isStuck = error instanceof Stuck
    simulation.problems.push(isStuck ? error.message : String(error instanceof Error ? error.stack : error))
  }
  const { problems, world } = simulation
  for (const problem of problems) world.note(`PROBLEM ${problem}`)
  return { problems, trace: world.trace, traceHash: world.traceHash() }
}

class Simulation {
  readonly problems: string[] = []
  readonly world: World
  readonly #plan: Plan
  readonly #dice: Dice
  readonly #disk: SimulatedDisk
  readonly #ledger = new Ledger()
  /** Those who never die. */
  readonly #outside: Actor = { isAlive: true }
  #process: SimulatedProcess | undefined
  #lives = 0
  #requests = 0
  /** Whether a 5xx is to be expected. */
  #isTroubled = false
  /** Whether nothing is wrong but the space, so that whatever frees some has to work. */
  #isOnlyFull = false

  constructor(plan: Plan) {
    this.#plan = plan
    this.#dice = new Dice(`run ${plan.seed}`)
    this.world = new World(this.#dice.named('world'))
    this.#disk = new SimulatedDisk(this.world, this.#dice.named('disk'))
  }

  async run(): Promise<void> {
    await this.world.run(this.#setUp())
    for (const round of this.#plan.rounds) {
      await this.world.run(this.#runRound(round))
      if (this.problems.length > 0) return
    }
    const isDamaged = this.#plan.rounds.some(({ damages }) => damages.length > 0)
    if (!isDamaged) await this.world.run(this.#checkNothingLeaks())
    await this.world.run(this.#process?.stop() ?? Promise.resolve())
  }

  async #setUp(): Promise<void> {
    for (const folder of [DATA, COLD]) await this.#disk.platter.makeDirectory(dirname(folder))
    await this.#disk.platter.syncDirectory('/')
    await this.#start()
    for (const bucket of BUCKETS) await this.#demand({ method: 'PUT', path: `/${bucket}` })
    const body = versioningDocument('Enabled')
    await this.#demand(withChecksum({ method: 'PUT', path: '/versioned', query: 'versioning=', body }))
  }

  async #runRound(round: Round): Promise<void> {
    this.#isTroubled = round.mishaps.length > 0
    this.#isOnlyFull = round.mishaps.every(({ kind }) => kind === 'diskFull' || kind === 'spaceAgain')
    const mishaps = new MishapMaker({
      world: this.world,
      disk: this.#disk,
      actor: this.#outside,
      kill: (isPowerCut) => this.#kill(isPowerCut),
      start: () => this.#startUnlessRefused(),
      process: () => this.#process,
    })
    await Promise.all([
      ...round.steps.map((steps, client) => this.#runClient(client, steps)),
      mishaps.run(round.mishaps),
    ])
    this.#disk.heal()
    // Whatever was refused for want of space is taken again by itself, once somebody has looked.
    if (round.mishaps.some(({ kind }) => kind === 'diskFull')) this.world.jump(30_000)
    await this.world.quiet()
    this.#isTroubled = false
    await this.#revive(this.#process?.isHopeless === true)
    await this.world.quiet()
    this.#ledger.closeAll(this.world.eventCount)
    await this.#end(round)
    await this.#check(round)
  }

  async #runClient(client: number, steps: Round['steps'][number]): Promise<void> {
    const send = (request: Request) => this.#send(`client ${client}`, request)
    const ready = () => this.#ready(`client ${client}`)
    const fail = (problem: string): void => void this.problems.push(problem)
    const simulated = new SimulatedClient(this.world, this.#ledger, { send, ready }, fail)
    for (const step of steps) {
      await this.world.event(this.#outside, `client ${client}: ${JSON.stringify(step)}`, () => undefined)
      await simulated.take(step)
    }
  }

  async #end({ end, damages, days }: Round): Promise<void> {
    if (end === 'killed' || end === 'powerCut') await this.#kill(end === 'powerCut')
    else if (end === 'stops' || damages.length > 0) await this.#process?.stop()
    if (damages.length > 0) await this.#kill(false)
    for (const damage of damages) await damageDisk(this.#disk, damage, (line) => this.world.note(line))
    if (days > 0) this.#passDays(days)
    await (damages.length > 0 ? this.#startDamaged(damages) : this.#revive(false))
    if (days > 0 && this.#process?.isServing) await this.#process.settle()
  }

  #passDays(days: number): void {
    this.world.jump(days * DAY_MILLISECONDS)
    for (const key of this.#ledger.keys()) {
      if (this.#ledger.expiring.has(key.place.bucket) && key.place.key.startsWith('old/')) {
        key.mayExpire(this.world.eventCount)
      }
    }
  }

  async #check({ damages }: Round): Promise<void> {
    if (!this.#process?.isServing) return
    if (!damages.every(isOfBlobs)) {
      const found = await checkDamagedStore(this.#ledger, (request) => this.#send('check', request, true))
      this.problems.push(...found)
      return
    }
    const mayLose = damages.length > 0
    const { problems, losses } = await checkStore({
      ledger: this.#ledger,
      send: (request) => this.#send('check', request, mayLose),
      mayLose,
    })
    this.problems.push(...problems)
    if (losses.length > 0) await this.#checkScrubTells(losses)
  }

  /** What cannot be read any more is named in the log, once the scrubber has been there. */
  async #checkScrubTells(losses: readonly ToldLoss[]): Promise<void> {
    this.world.jump(31 * DAY_MILLISECONDS)
    const lost = losses.filter(
      ({ bucket, key }) => !(key.startsWith('old/') && this.#ledger.expiring.has(bucket)),
    )
    const isNamed = ({ bucket, key, versionId }: ToldLoss): boolean =>
      this.#process?.log.some(
        (line) =>
          line.msg.startsWith('DAMAGED') &&
          line['bucketName'] === bucket &&
          line['key'] === key &&
          line['versionId'] === versionId,
      ) === true
    // A step of the scrubber at a time: it rests between them.
    for (let step = 0; step < 20 && !lost.every(isNamed); step++) await this.#process?.settle()
    for (const loss of lost.filter((loss) => !isNamed(loss))) {
      this.problems.push(`scrub does not name ${loss.bucket}/${loss.key}?versionId=${loss.versionId}`)
    }
  }

  /** When all is deleted nothing is left, whatever went wrong before. */
  async #checkNothingLeaks(): Promise<void> {
    await emptyStore((request) => this.#demand(request))
    // A removal that a power cut undid may come back as a stranger, and is set aside for seven days.
    for (const hours of [0, 2, 24, 8 * 24, 2]) {
      this.world.jump(hours * HOUR_MILLISECONDS)
      await this.#process?.settle()
    }
    const { platter } = this.#disk
    const left = blobFiles(platter)
    if (left.length > 0) this.problems.push(`files are left: ${left.join(', ')}`)
    const rows = await readRows(platter, `${DATA}/metadata`)
    for (const table of [
      current,
      versions,
      uploads,
      parts,
      partLists,
      inlineBytes,
      blobReferences,
      garbage,
    ]) {
      const count = rows.filter(([key]) => inRange(table.range(), key)).length
      if (count > 0) this.problems.push(`${count} rows of ${table.name} are left`)
    }
  }

  async #start(): Promise<void> {
    this.world.note('a process starts')
    const { process, ready } = SimulatedProcess.begin(
      this.world,
      this.#disk,
      this.#dice.named(`life ${this.#lives++}`),
    )
    this.#process = process
    await ready
    this.world.note('the process serves')
  }

  /** A start in the midst of trouble may fail; then the next one has to succeed. */
  async #startUnlessRefused(): Promise<void> {
    if (this.#process?.isAlive) return
    await this.#start().catch((error: unknown) => {
      this.world.note(`the start is refused: ${String(error)}`)
      if (this.#process) this.world.end(this.#process)
    })
  }

  /** A start may be refused where pieces are missing: that tells of them. Then nothing may have been changed. */
  async #startDamaged(damages: Round['damages']): Promise<void> {
    // Abandoned temporary files are nobody's loss.
    const wholeBlobs = () => blobFiles(this.#disk.platter).filter((path) => !path.includes('/tmp/'))
    const before = wholeBlobs()
    try {
      await this.#start()
    } catch (error) {
      this.world.note(`the start is refused: ${String(error)}`)
      if (this.#process) this.world.end(this.#process)
      if (damages.every(isOfBlobs)) this.problems.push(`damaged blobs prevent a start: ${String(error)}`)
      const after = wholeBlobs()
      if (before.join() !== after.join()) this.problems.push('a start that was refused changed the blobs')
    }
  }

  /** Sees to it that a process serves, now that nothing is wrong. */
  async #revive(isHopeless: boolean): Promise<void> {
    if (isHopeless) await this.#kill(false)
    if (this.#process?.isServing) return
    if (this.#process?.isAlive) await this.#kill(false)
    await this.#start()
  }

  async #kill(isPowerCut: boolean): Promise<void> {
    this.#process?.kill()
    // What was cut short is done now, as far as it goes.
    await this.world.event(this.#outside, 'silence', () => undefined)
    if (isPowerCut) {
      this.world.note('the power is cut')
      this.#disk.cutPower()
    }
    this.#ledger.closeAll(this.world.eventCount)
  }

  /** Waits for a process that serves, for a while. */
  async #ready(who: string): Promise<void> {
    for (let tries = 0; tries < 50 && !this.#process?.isServing; tries++) {
      await this.world.event(this.#outside, `${who}: nobody answers`, () => undefined, { delayEvents: 20 })
    }
  }

  async #send(who: string, request: Request, mayFail = false): Promise<Answer | undefined> {
    const number = ++this.#requests
    const pause = (label: string) => this.world.event(this.#outside, `${who}: ${label}`, () => undefined)
    await this.#ready(who)
    const connection = this.#process?.connect()
    if (!connection) return undefined
    const wasTroubled = this.#isTroubled
    const answer = await sendRequest(connection, request, this.world.now, 3, () =>
      pause(`sends more of ${number}`),
    )
    const { method = 'GET', path, query = '' } = request
    const told = answer ? `${answer.status} ${answer.errorCode ?? ''}` : 'connection lost'
    this.world.note(`${who}: ${number} ${method} ${path}?${query}: ${told}`)
    const frees = method === 'DELETE' || query === 'delete='
    const isRefusal = answer !== undefined && answer.status < 500
    // S3's word for: try again.
    const isAsked = answer?.errorCode === 'SlowDown'
    const isExpected = isRefusal || isAsked || mayFail || (wasTroubled && !(frees && this.#isOnlyFull))
    if (!isExpected) this.problems.push(`${method} ${path}?${query} answers ${told} without a cause`)
    return answer
  }

  /** A request that has to succeed. */
  async #demand(request: Request): Promise<Answer> {
    const answer = await this.#send('demand', request)
    if (!answer || answer.status >= 300 || answer.errorCode !== undefined) {
      throw new Error(
        `${request.method ?? 'GET'} ${request.path}?${request.query}: ${answer?.status} ${answer?.text}`,
      )
    }
    return answer
  }
}
