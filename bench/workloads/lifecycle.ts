import { setTimeout as sleep } from 'node:timers/promises'
import type { OrderedStore } from '../../packages/server/src/metadata/ordered-store.ts'
import type { Bench } from '../setting/bench.ts'
import { cpuPerUnit } from '../setting/checks.ts'
import { answerOf, BUCKET, contender, madeUpAnswer } from '../setting/contenders.ts'
import { call, type Endpoint, originOf, putDocument } from '../base/endpoint.ts'
import { secondsOf } from '../setting/filled-store.ts'
import { rawLoad, smallLoad } from '../load/generators.ts'
import { openStoreOf, RowWriter } from '../setting/rows.ts'
import { spread } from '../base/statistics.ts'
import type { Load } from '../load/load.ts'
import type { Check, Contender, Result, Workload } from '../setting/workload.ts'

const AGING = 'aging'
/** Every so manieth object expires: it is larger than the others. */
const EXPIRES_ONE_IN = 10
const KEPT_BYTES = 1024
const EXPIRING_BYTES = 1025
/** Behind all others: when it is gone, the pass is through. */
const LAST = '~last'
const READERS = 32
const READ_OBJECTS = 1000
const READ_BYTES = 1024
const HOUR_MILLISECONDS = 3_600_000
/** A pass begins within a second. */
const SETTINGS = { testing: { enabled: true, dayLengthSeconds: 1 } }

export const lifecycle: Workload = {
  name: 'lifecycle',
  about: `a pass of the lifecycle over \`--objects\` objects, of which one in ${EXPIRES_ONE_IN} expires; floor: the same pass with nothing to expire`,
  measure: 'requests',
  mostRounds: 3,
  async prepare(bench, resources) {
    if (bench.options.selfCheck) return selfCheck(bench, resources)
    const aging = await agingStore(bench, resources)
    const of = (name: string, rules: string): Contender => ({
      ...contender(aging.endpoint, () => aging.pass(rules), { afterRound: () => aging.refill() }),
      name,
    })
    return [of('nothing to expire', SENTINEL_RULE), of(aging.endpoint.name, SENTINEL_RULE + SIZE_RULE)]
  },
  checks: ([, server]) => [
    {
      what: 'objects a second of one core',
      figure: 1 / cpuPerUnit(server),
      limit: 10_000,
      sense: 'at least',
    },
  ],
}

export const lifecycleReaders: Workload = {
  name: 'lifecycle-readers',
  about: `GET of 1 KiB, ${READERS} connections, while a pass of the lifecycle is under way as in \`lifecycle\`, and without; floor: node:http, same answer from memory`,
  measure: 'requests',
  async prepare(bench, resources) {
    if (bench.options.selfCheck) return selfCheck(bench, resources)
    const aging = await agingStore(bench, resources)
    const { endpoint } = aging
    const puts = requests(endpoint, 'PUT')
    await rawLoad(endpoint, puts, { connections: 16, bodyBytes: READ_BYTES })
    const answer = await answerOf(endpoint, 'GET', requests(endpoint, 'GET')[0]?.target ?? '')
    const floor = await bench.startFloor(resources, { kind: 'memory', answer })
    const during: Contender = {
      ...contender(
        endpoint,
        (_round, seconds) => aging.during(SENTINEL_RULE + SIZE_RULE, () => read(endpoint, seconds)),
        { afterRound: () => aging.refill() },
      ),
      name: `${endpoint.name}, lifecycle at work`,
    }
    const alone = contender(endpoint, (_round, seconds) => read(endpoint, seconds))
    return [
      contender(floor, (_round, seconds) => read(floor, seconds)),
      during,
      { ...alone, name: `${endpoint.name}, alone` },
    ]
  },
  checks: readerChecks,
}

function readerChecks([, during, alone]: readonly Result[]): Check[] {
  const p99 = (result: Result | undefined): number =>
    spread((result?.samples ?? []).map(({ latency }) => latency?.p99 ?? NaN)).median
  const figure = p99(during) / p99(alone)
  return [{ what: 'p99 against that alone', figure, limit: 1.5, sense: 'at most' }]
}

function requests(endpoint: Endpoint, method: string) {
  return Array.from({ length: READ_OBJECTS }, (_, index) => ({
    method,
    target: endpoint.sign(method, `/${BUCKET}/k${index}`),
  }))
}

function read(endpoint: Endpoint, seconds: number): Promise<Load> {
  return smallLoad(endpoint, requests(endpoint, 'GET'), seconds, { connections: READERS })
}

async function selfCheck(bench: Bench, resources: AsyncDisposableStack): Promise<Contender[]> {
  const floor = { kind: 'memory', answer: madeUpAnswer(READ_BYTES) } as const
  const endpoints = [await bench.startFloor(resources, floor), await bench.startServer(resources, floor)]
  return endpoints.map((endpoint) => contender(endpoint, (_round, seconds) => read(endpoint, seconds)))
}

function rule(id: string, filter: string): string {
  return `<Rule><ID>${id}</ID><Status>Enabled</Status><Filter>${filter}</Filter><Expiration><Days>1</Days></Expiration></Rule>`
}

const SENTINEL_RULE = rule('last', `<Prefix>${LAST}</Prefix>`)
const SIZE_RULE = rule('size', `<ObjectSizeGreaterThan>${KEPT_BYTES}</ObjectSizeGreaterThan>`)

function keyOf(index: number): string {
  return `folder-${String(index % 1000).padStart(4, '0')}/object-${String(index).padStart(9, '0')}`
}

/** A server with a bucket of objects that are old enough, and the store below it. */
class AgingStore {
  readonly endpoint: Endpoint
  readonly #store: OrderedStore
  readonly #objects: number

  constructor(endpoint: Endpoint, store: OrderedStore, objects: number) {
    this.endpoint = endpoint
    this.#store = store
    this.#objects = objects
  }

  /** From the moment that the rules are put until the last object was looked at. */
  async pass(rules: string): Promise<Load> {
    await this.#setRules(rules)
    const seconds = await secondsOf(() => this.#untilGone(LAST))
    await this.#endRules()
    return { units: this.#objects, seconds }
  }

  /** Work that lies within a pass. */
  async during(rules: string, work: () => Promise<Load>): Promise<Load> {
    await this.#setRules(rules)
    await this.#untilGone(keyOf(0))
    const load = await work()
    if (!(await this.#isThere(LAST))) throw new Error('the pass was over too soon: it takes more --objects')
    await this.#endRules()
    return load
  }

  async fill(): Promise<void> {
    await using writer = await RowWriter.open(this.#store, AGING)
    for (let index = 0; index < this.#objects; index++) {
      if (index % EXPIRES_ONE_IN > 0)
        await writer.object(keyOf(index), KEPT_BYTES, Date.now() - HOUR_MILLISECONDS)
    }
    await this.#putExpiring(writer)
  }

  /** What the last pass took away. */
  async refill(): Promise<void> {
    await using writer = await RowWriter.open(this.#store, AGING)
    await this.#putExpiring(writer)
  }

  async #putExpiring(writer: RowWriter): Promise<void> {
    const old = Date.now() - HOUR_MILLISECONDS
    for (let index = 0; index < this.#objects; index += EXPIRES_ONE_IN)
      await writer.object(keyOf(index), EXPIRING_BYTES, old)
    await writer.object(LAST, 1, old)
  }

  async #setRules(rules: string): Promise<void> {
    const body = `<LifecycleConfiguration>${rules}</LifecycleConfiguration>`
    await putDocument(this.endpoint, `/${AGING}`, { lifecycle: '' }, body)
  }

  async #endRules(): Promise<void> {
    await call(this.endpoint, 'DELETE', `/${AGING}`, { lifecycle: '' })
  }

  async #untilGone(key: string): Promise<void> {
    while (await this.#isThere(key)) await sleep(100)
  }

  async #isThere(key: string): Promise<boolean> {
    const target = this.endpoint.sign('HEAD', `/${AGING}/${key}`)
    return (await fetch(originOf(this.endpoint) + target, { method: 'HEAD' })).ok
  }
}

async function agingStore(bench: Bench, resources: AsyncDisposableStack): Promise<AgingStore> {
  const directory = await bench.newDirectory(resources)
  const { endpoint } = resources.use(await bench.startHoldfast(directory, { settings: SETTINGS }))
  for (const bucket of [AGING, BUCKET]) await call(endpoint, 'PUT', `/${bucket}`)
  const store = resources.use(await openStoreOf(directory))
  const aging = new AgingStore(endpoint, store, bench.options.objects)
  const seconds = await secondsOf(() => aging.fill())
  console.error(`  filled with ${bench.options.objects} objects in ${seconds.toFixed(0)} s`)
  return aging
}
