import type { Client } from 'pg'
import { assert } from '../../../base/assert.ts'
import { pastGroup } from '../../grouping.ts'
import {
  type Entry,
  type Grouping,
  MAX_KEY_BYTES,
  type ScanRange,
  type SnapshotRange,
} from '../../ordered-store.ts'
import { byteaArray } from './binary-arrays.ts'
import { type Column, send } from './connection.ts'
import * as statements from './statements.ts'

/** Fewer rows are sooner read one by one. */
const TOGETHER_FROM = 32
/** What is read as one row is in memory several times. */
const MOST_BYTES_TOGETHER = 4 * 1024 * 1024

/** No key goes on with more. */
const LAST = Buffer.alloc(MAX_KEY_BYTES, 0xff)

/** The entries of keys, in their order, at one moment. */
export async function readMany(client: Client, keys: readonly Uint8Array[]): Promise<(Entry | undefined)[]> {
  const found: (Entry | undefined)[] = Array.from(keys, () => undefined)
  if (keys.length === 0) return found
  const { rows } = await send(client, statements.READ_MANY, [byteaArray(keys)])
  for (const [place, stamp = null, value = null] of rows) {
    const index = Number(place) - 1
    const key = keys[index]
    if (key) found[index] = entryOf([stamp, value, Buffer.from(key)])
  }
  return found
}

/** The entries of ranges, each in its order, at one moment. */
export async function scanRanges(client: Client, ranges: readonly ScanRange[]): Promise<Entry[][]> {
  const [range, ...others] = ranges
  if (!range) return []
  if (others.length === 0) return [await scanAlone(client, range)]
  // Sent at once: nothing of another request gets in between.
  const began = send(client, statements.BEGIN_SNAPSHOT)
  const scans = ranges.map((each) => scanRange(client, each))
  const ended = send(client, statements.COMMIT)
  const [found] = await Promise.all([Promise.all(scans), began, ended])
  return found
}

/** The entries of a range at one moment, by as many statements as it takes. */
export async function scanAlone(client: Client, range: ScanRange): Promise<Entry[]> {
  const isShort = range.limit < TOGETHER_FROM || isEmpty(range)
  if (isShort || range.reverse || range.grouping) return scanRange(client, range)
  const { start, end, limit } = range
  const values = [start, end, limit, MOST_BYTES_TOGETHER]
  const { rows } = await send(client, statements.SCAN_TOGETHER, values)
  const [lengths = null, bytes = null] = rows[0] ?? []
  if (lengths === null) return []
  return bytes === null ? scanRange(client, range) : entriesIn(String(lengths), String(bytes))
}

/** Parts of one buffer: of stamp, length of the key and length of the value three numbers tell each. */
function entriesIn(lengths: string, base64: string): Entry[] {
  const bytes = Buffer.from(base64, 'base64')
  const numbers = lengths.split(' ')
  const entries: Entry[] = []
  let at = 0
  for (let index = 0; index < numbers.length; index += 3) {
    const keyEnd = at + Number(numbers[index + 1])
    const end = keyEnd + Number(numbers[index + 2])
    const [key, value] = [bytes.subarray(at, keyEnd), bytes.subarray(keyEnd, end)]
    entries.push({ key, value, stamp: Number(numbers[index]) })
    at = end
  }
  assert(at === bytes.length, 'rows that are all of what was read')
  return entries
}

async function scanRange(client: Client, range: ScanRange): Promise<Entry[]> {
  const { start, end, limit, reverse, grouping } = range
  if (isEmpty(range)) return []
  if (grouping) return scanGroups(client, range, grouping)
  const statement = reverse ? statements.SCAN_DOWN : statements.SCAN_UP
  return entriesOf(await send(client, statement, [start, end, limit]))
}

export async function scanKeys(client: Client, range: SnapshotRange): Promise<Entry[]> {
  if (isEmpty(range)) return []
  const { start, end, limit } = range
  return entriesOf(await send(client, statements.SCAN_KEYS, [start, end, limit]))
}

async function scanGroups(
  client: Client,
  { start, end, limit }: ScanRange,
  { from, mark }: Grouping,
): Promise<Entry[]> {
  const past = pastGroup(mark, mark.length) ?? Buffer.concat([mark, LAST])
  return entriesOf(await send(client, statements.SCAN_GROUPS, [start, end, limit, from, mark, past]))
}

function isEmpty({ start, end, limit }: Pick<ScanRange, 'start' | 'end' | 'limit'>): boolean {
  return limit === 0 || Buffer.compare(start, end) >= 0
}

function entriesOf({ rows }: { readonly rows: readonly (readonly Column[])[] }): Entry[] {
  return rows.map(entryOf)
}

/** A row of stamp, value and key. */
function entryOf([stamp, value, key]: readonly Column[]): Entry {
  assert(Buffer.isBuffer(key) && Buffer.isBuffer(value), 'columns of bytes')
  return { key, value, stamp: Number(stamp) }
}
