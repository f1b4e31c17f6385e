import { expect, it } from 'vitest'
import { seededRandom } from '../../../packages/server/src/base/seeded-random.ts'
import { DAY_MILLISECONDS, expectRefusal, expectStatus } from '../../support/time-room.ts'
import { versionOf } from '../../support/versioning.ts'
import { REPORTS } from '../inventory/report-room.ts'
import { AnalysisRoom } from './analysis-room.ts'

const AGES = [0, 15, 30, 45, 60, 75, 90, 120, 150, 180, 365, 730]
const MB = 1024 * 1024
const LEAST = 128 * 1024
const TAG = '<Tag><Key>kind</Key><Value>log</Value></Tag>'
const SCOPES = {
  all: { filter: undefined, has: () => true },
  prefix: { filter: '<Prefix>a/</Prefix>', has: (key: string) => key.startsWith('a/') },
  tag: { filter: TAG, has: (_: string, isLog: boolean) => isLog },
  both: {
    filter: `<And><Prefix>a/</Prefix>${TAG}</And>`,
    has: (key: string, isLog: boolean) => isLog && key.startsWith('a/'),
  },
}
type Scope = keyof typeof SCOPES

interface Version {
  readonly id: string | undefined
  /** Absent: a delete marker. */
  readonly size?: number
  readonly at: number
  readonly isRare: boolean
  isLog: boolean
}

/** What happens to a bucket at random, and what it comes to by a count of its own. */
class Traffic {
  readonly #room: AnalysisRoom
  readonly #random = seededRandom('analytics')
  readonly #keys = new Map<string, Version[]>()
  /** By scope, class and age, of the day. */
  #counts = new Map<string, number>()

  constructor(room: AnalysisRoom) {
    this.#room = room
  }

  #below(most: number): number {
    return this.#random.bytes(4).readUInt32BE() % most
  }

  #add(key: string, { isLog, isRare, size = 0, at }: Version, what: string, amount: number, aged = true) {
    const age = AGES.findLast((first) => first <= (this.#room.now.getTime() - at) / DAY_MILLISECONDS) ?? 0
    const name = isRare ? 'STANDARD_IA' : 'STANDARD'
    for (const [scope, { has }] of Object.entries(SCOPES)) {
      if (!has(key, isLog)) continue
      for (const of of aged && size >= LEAST ? [String(age), 'ALL'] : ['ALL']) {
        const place = [scope, name, of, what].join(' ')
        this.#counts.set(place, (this.#counts.get(place) ?? 0) + amount)
      }
    }
  }

  async act(): Promise<void> {
    const key = `${['a/', 'a', 'b/', ''][this.#below(4)]}k${this.#below(6)}`
    const versions = this.#keys.get(key) ?? []
    this.#keys.set(key, versions)
    const newest = versions.at(-1)
    const isThere = newest?.size !== undefined
    const kind = this.#below(12)
    if (kind < 4 || !newest) {
      await this.#put(key, versions)
      return
    }
    if (kind === 4) {
      const answer = await this.#room.request('DELETE', key)
      expectStatus(answer, 204)
      versions.push({ id: versionOf(answer), at: 0, isRare: false, isLog: false })
    } else if (kind === 5) {
      expectStatus(await this.#room.request('DELETE', key, { query: `versionId=${newest.id}` }), 204)
      versions.pop()
    } else if (kind === 6 && isThere) {
      newest.isLog = !newest.isLog
      const value = newest.isLog ? 'log' : 'other'
      const body = `<Tagging><TagSet><Tag><Key>kind</Key><Value>${value}</Value></Tag></TagSet></Tagging>`
      expectStatus(await this.#room.putDocument(key, 'tagging=', body))
    } else if (kind === 7 && isThere) {
      expectStatus(await this.#room.request('HEAD', key))
    } else {
      await this.#read(key, versions)
    }
  }

  async #put(key: string, versions: Version[]): Promise<void> {
    const [isLog, isRare] = [this.#below(2) === 0, this.#below(4) === 0]
    const sizes = [0, 1, LEAST - 1, LEAST, LEAST + 1, 300_000, 5_000_000]
    const size = sizes[this.#below(sizes.length)] ?? 0
    const headers = {
      'x-amz-storage-class': isRare ? 'STANDARD_IA' : 'STANDARD',
      ...(isLog && { 'x-amz-tagging': 'more=1&kind=log' }),
    }
    const answer = await this.#room.request('PUT', key, { headers, body: Buffer.alloc(size) })
    expectStatus(answer)
    const version = { id: versionOf(answer), size, at: this.#room.now.getTime(), isLog, isRare }
    versions.push(version)
    this.#add(key, version, 'uploaded', size, false)
  }

  async #read(key: string, versions: Version[]): Promise<void> {
    const version = versions[this.#below(versions.length)]
    if (!version) return
    const isNewest = version === versions.at(-1)
    const isNamed = !isNewest || this.#below(2) === 0
    const { size } = version
    const [start, end] = size === undefined || size < 10 ? [0, size ?? 0] : [this.#below(10), size - 1]
    const isRange = end > 10 && this.#below(2) === 0
    const answer = await this.#room.request('GET', key, {
      query: isNamed ? `versionId=${version.id}` : '',
      headers: isRange ? { range: `bytes=${start}-${end - 1}` } : {},
    })
    if (size === undefined) {
      expectRefusal(answer, isNamed ? 405 : 404, isNamed ? 'MethodNotAllowed' : 'NoSuchKey')
      return
    }
    expectStatus(answer, isRange ? 206 : 200)
    if (!isNewest) return
    this.#add(key, version, 'requests', 1)
    this.#add(key, version, 'retrieved', isRange ? end - start : size)
  }

  /** Ends the day: the lines that its record is to have, by scope. */
  linesOf(): ReadonlyMap<string, number> {
    for (const [key, versions] of this.#keys) {
      const newest = versions.at(-1)
      if (newest?.size === undefined) continue
      this.#add(key, newest, 'stored', newest.size)
      this.#add(key, newest, 'objects', 1, false)
    }
    const counts = this.#counts
    this.#counts = new Map()
    const shown = (place: string, amount: number) =>
      /(?:objects|requests)$/.test(place) ? amount : Number((amount / MB).toFixed(6))
    return new Map(
      [...counts].flatMap(([place, amount]) => (amount > 0 ? [[place, shown(place, amount)]] : [])),
    )
  }
}

const COLUMNS = {
  ObjectCount: 'objects',
  DataUploaded_MB: 'uploaded',
  Storage_MB: 'stored',
  DataRetrieved_MB: 'retrieved',
  GetRequestCount: 'requests',
} as const

async function recorded(room: AnalysisRoom): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>()
  for (const id of Object.keys(SCOPES) as Scope[])
    for (const age of [...AGES.map(String), 'ALL']) {
      const shown = age === 'ALL' ? age : ageName(age)
      const lines = await room.exported(id, shown)
      const date = lines.at(-1)?.['Date']
      for (const line of lines.filter((of) => of['Date'] === date))
        for (const [column, what] of Object.entries(COLUMNS)) {
          const amount = Number(line[column] ?? 0)
          if (amount > 0) found.set([id, line['StorageClass'], age, what].join(' '), amount)
        }
    }
  return found
}

function ageName(first: string): string {
  const next = AGES[AGES.indexOf(Number(first)) + 1]
  return next === undefined ? `${first}+` : `${first.padStart(3, '0')}-${String(next - 1).padStart(3, '0')}`
}

it('records are what a count of its own comes to, of traffic at random', { timeout: 120_000 }, async () => {
  await using room = await AnalysisRoom.open()
  expectStatus(await room.setVersioning('Enabled'))
  for (const [id, { filter }] of Object.entries(SCOPES))
    await room.setAnalytics(id, { destination: REPORTS, ...(filter && { filter }) })
  await room.daysLater()
  const traffic = new Traffic(room)
  for (let day = 0; day < 6; day++) {
    for (let act = 0; act < 40; act++) await traffic.act()
    const days = [1, 14, 16, 60, 1, 300][day] ?? 1
    await room.server.settle()
    room.advanceDays(days)
    const expected = traffic.linesOf()
    await room.server.settle()
    const actual = await recorded(room)
    expect(actual).toEqual(expected)
  }
})
