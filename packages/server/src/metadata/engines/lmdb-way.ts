import type { KeySpan, RowFault } from '../damaged-pages.ts'
import { rowFault } from '../row-fault.ts'
import { type LmdbMeta, NO_ROOT } from './lmdb-header.ts'
import { branchKeys, childOfKeyAt, type LeafNode, leafNodes, writerOf } from './lmdb-page.ts'

/** What lmdb puts before each value: its version. */
const VERSION_BYTES = 8

/** A page of that number; each level has bytes of its own. `undefined` where the file ends before it. */
export type PageAt = (number: number, level: number) => Buffer | undefined

/** A branch on the way to a key, and by which of its entries that goes on. */
interface Step {
  readonly page: Buffer
  readonly number: number
  readonly index: number
}

/**
 * Whether all pages that lead to a key are what was written, and the leaf that it is or would be in; of its rows those beside the place of the
 * key, and no values in pages of their own. It is told at once, and for less than by a walk, which can also say what is wrong.
 */
export function isWayWhole(key: Uint8Array, { main, transaction }: LmdbMeta, pageAt: PageAt): boolean {
  if (main.root === NO_ROOT) return true
  let number = Number(main.root)
  const way: Step[] = []
  for (let level = 1; ; level++) {
    const page = pageAt(number, level)
    // Each transaction writes the root anew: another one is of a meta page that was read while it was written.
    if (!page || (level === 1 && writerOf(page) !== transaction)) return false
    if (level >= main.depth) return isLeafWhole(key, page, number, way, transaction)
    const count = branchKeys(page, number, transaction, places)
    if (typeof count === 'string') return false
    // The first key means nothing.
    const at = placeOf(key, page, 1, count)
    const index = isAt(key, page, at, count) ? at : at - 1
    way.push({ page, number, index })
    number = childOfKeyAt(page, placeAt(2 * index))
  }
}

/**
 * Two rows of one leaf that are what was written, one before the key and one behind it, with none between, show that the way to them is right
 * and the key in no other place, whatever other keys say. Where the leaf has one of the two alone, the keys of all pages have to be in order.
 * Then, too, these rows tell: if that of the key has become another, it is one of them, or one of them has come to the wrong side.
 */
function isLeafWhole(
  key: Uint8Array,
  page: Buffer,
  number: number,
  way: readonly Step[],
  newest: bigint,
): boolean {
  const nodes = leafNodes(page, number, newest)
  if (typeof nodes === 'string') return false
  notePlaces(nodes)
  const at = placeOf(key, page, 0, nodes.length)
  const isThere = isAt(key, page, at, nodes.length)
  const beside = nodes.slice(Math.max(0, at - 1), at + 1)
  if (!beside.every((node) => isRowWhole(page, node, rowFault))) return false
  if (isThere || beside.length === 2) return true
  const span = spanAt(way, newest)
  return span !== undefined && areInOrder(page, nodes, span)
}

/** What the keys of all branches say of the leaf, where they are in order. */
function spanAt(way: readonly Step[], newest: bigint): KeySpan | undefined {
  let span: KeySpan = { start: undefined, end: undefined }
  for (const { page, number, index } of way) {
    const count = branchKeys(page, number, newest, places)
    if (typeof count === 'string' || !isInOrder(page, 1, count, span, false)) return undefined
    const start = index === 0 ? span.start : keyAt(page, index)
    span = { start, end: index + 1 < count ? keyAt(page, index + 1) : span.end }
  }
  return span
}

/** What a leaf has, where that and each row that lies in it is what was written. Saying what is wrong takes more. */
export function wholeLeaf(
  page: Buffer,
  number: number,
  newest: bigint,
  span: KeySpan,
  rowFault: RowFault | undefined,
): readonly LeafNode[] | undefined {
  const nodes = leafNodes(page, number, newest)
  if (typeof nodes === 'string' || !areInOrder(page, nodes, span)) return undefined
  return !rowFault || nodes.every((node) => isRowWhole(page, node, rowFault)) ? nodes : undefined
}

function areInOrder(page: Buffer, nodes: readonly LeafNode[], span: KeySpan): boolean {
  notePlaces(nodes)
  return isInOrder(page, 0, nodes.length, span, true)
}

function isRowWhole(
  page: Buffer,
  { keyStart, keyEnd, end, bigBytes }: LeafNode,
  rowFault: RowFault,
): boolean {
  if (bigBytes !== undefined) return true
  return !rowFault(page.subarray(keyStart, keyEnd), page.subarray(keyEnd + VERSION_BYTES, end))
}

function notePlaces(nodes: readonly LeafNode[]): void {
  for (const [index, { keyStart, keyEnd }] of nodes.entries()) {
    places[2 * index] = keyStart
    places[2 * index + 1] = keyEnd
  }
}

/** Where keys of the page that is being looked at begin and end, by turns; a page has no more, as its bounds are of 16 bits. */
const places = new Uint16Array(2 ** 16)

function placeAt(at: number): number {
  return places[at] ?? 0
}

function keyAt(page: Buffer, index: number): Buffer {
  return page.subarray(placeAt(2 * index), placeAt(2 * index + 1))
}

/**
 * Where a key is among those from `first` on, or would be. Compares it with the same ones as LMDB does (mdb_node_search), so that it
 * goes the same way through keys that are not in order.
 */
function placeOf(key: Uint8Array, page: Buffer, first: number, count: number): number {
  let [low, high] = [first, count - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const order = compareWith(key, page, middle)
    if (order === 0) return middle
    if (order > 0) low = middle + 1
    else high = middle - 1
  }
  return low
}

function isAt(key: Uint8Array, page: Buffer, index: number, count: number): boolean {
  return index < count && compareWith(key, page, index) === 0
}

function compareWith(key: Uint8Array, page: Buffer, index: number): number {
  return compare(key, 0, key.length, page, placeAt(2 * index), placeAt(2 * index + 1))
}

/** Whether each key is behind the one before, and all lie within the span; the first of a leaf may be where it begins. */
function isInOrder(
  page: Buffer,
  first: number,
  count: number,
  { start, end }: KeySpan,
  isLeaf: boolean,
): boolean {
  if (first >= count) return true
  let [lastStart, lastEnd] = [placeAt(2 * first), placeAt(2 * first + 1)]
  if (start) {
    const order = compare(start, 0, start.length, page, lastStart, lastEnd)
    if (isLeaf ? order > 0 : order >= 0) return false
  }
  for (let index = first + 1; index < count; index++) {
    const [keyStart, keyEnd] = [placeAt(2 * index), placeAt(2 * index + 1)]
    if (compare(page, lastStart, lastEnd, page, keyStart, keyEnd) >= 0) return false
    lastStart = keyStart
    lastEnd = keyEnd
  }
  return !end || compare(page, lastStart, lastEnd, end, 0, end.length) < 0
}

/** As `Buffer.compare` of the parts, which takes twice as long to be called for bytes as few as a key's. */
function compare(
  one: Uint8Array,
  oneStart: number,
  oneEnd: number,
  other: Uint8Array,
  otherStart: number,
  otherEnd: number,
): number {
  const length = Math.min(oneEnd - oneStart, otherEnd - otherStart)
  for (let at = 0; at < length; at++) {
    const difference = (one[oneStart + at] ?? 0) - (other[otherStart + at] ?? 0)
    if (difference !== 0) return difference
  }
  return oneEnd - oneStart - (otherEnd - otherStart)
}
