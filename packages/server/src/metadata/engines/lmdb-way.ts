import type { KeySpan, RowFault } from '../damaged-pages.ts'
import { rowFault } from '../row-fault.ts'
import { type LmdbMeta, NO_ROOT } from './lmdb-header.ts'
import { branchKeys, childOfKeyAt, type LeafNode, leafNodes, writerOf } from './lmdb-page.ts'

/** What lmdb puts before each value: its version. */
const VERSION_BYTES = 8

/** A page of that number; each level has bytes of its own. `undefined` where the file ends before it. */
export type PageAt = (number: number, level: number) => Buffer | undefined

/**
 * Whether all pages that lead to a key are what was written, and the leaf that it is or would be in, with its rows; values in pages of
 * their own are not looked at. It is told at once, and for less than by a walk, which can also say what is wrong.
 */
export function isWayWhole(key: Uint8Array, { main, transaction }: LmdbMeta, pageAt: PageAt): boolean {
  if (main.root === NO_ROOT) return true
  let number = Number(main.root)
  let span: KeySpan = { start: undefined, end: undefined }
  for (let level = 1; ; level++) {
    const page = pageAt(number, level)
    // Each transaction writes the root anew: another one is of a meta page that was read while it was written.
    if (!page || (level === 1 && writerOf(page) !== transaction)) return false
    if (level >= main.depth) return wholeLeaf(page, number, transaction, span, rowFault) !== undefined
    const count = branchKeys(page, number, transaction, places)
    // The first key means nothing.
    if (typeof count === 'string' || !isInOrder(page, 1, count, span, false)) return false
    const index = indexOf(key, page, count)
    number = childOfKeyAt(page, placeAt(2 * index))
    const start = index === 0 ? span.start : keyAt(page, index)
    span = { start, end: index + 1 < count ? keyAt(page, index + 1) : span.end }
  }
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
  if (typeof nodes === 'string') return undefined
  for (const [index, { keyStart, keyEnd }] of nodes.entries()) {
    places[2 * index] = keyStart
    places[2 * index + 1] = keyEnd
  }
  if (!isInOrder(page, 0, nodes.length, span, true)) return undefined
  for (const { keyStart, keyEnd, end, bigBytes } of nodes) {
    if (bigBytes !== undefined || !rowFault) continue
    if (rowFault(page.subarray(keyStart, keyEnd), page.subarray(keyEnd + VERSION_BYTES, end)))
      return undefined
  }
  return nodes
}

/** Where keys of the page that is being looked at begin and end, by turns; a page has no more, as its bounds are of 16 bits. */
const places = new Uint16Array(2 ** 16)

function placeAt(at: number): number {
  return places[at] ?? 0
}

function keyAt(page: Buffer, index: number): Buffer {
  return page.subarray(placeAt(2 * index), placeAt(2 * index + 1))
}

/** Of the keys behind the first, which means nothing, the last that is not behind the one that is looked for. */
function indexOf(key: Uint8Array, page: Buffer, count: number): number {
  let [low, high] = [0, count - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (compare(page, placeAt(2 * middle), placeAt(2 * middle + 1), key, 0, key.length) <= 0) low = middle
    else high = middle - 1
  }
  return low
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
