import type { KeySpan, RowFault } from '../damaged-pages.ts'
import { rowFault } from '../row-fault.ts'
import { type LmdbMeta, NO_ROOT } from './lmdb-header.ts'
import { type BranchNode, branchNodes, type LeafNode, leafNodes, writerOf } from './lmdb-page.ts'

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
    const nodes = branchNodes(page, number, transaction)
    if (typeof nodes === 'string' || !isInOrder(page, nodes.slice(1), span, false)) return false
    const index = indexOf(key, page, nodes)
    const [node, after] = [nodes[index], nodes[index + 1]]
    if (!node) return false
    number = node.child
    span = { start: index === 0 ? span.start : keyOf(page, node), end: after ? keyOf(page, after) : span.end }
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
  if (typeof nodes === 'string' || !isInOrder(page, nodes, span, true)) return undefined
  for (const node of nodes) {
    if (node.bigBytes !== undefined || !rowFault) continue
    if (rowFault(keyOf(page, node), page.subarray(node.keyEnd + VERSION_BYTES, node.end))) return undefined
  }
  return nodes
}

/** Of the keys behind the first, which means nothing, the last that is not behind the one that is looked for. */
function indexOf(key: Uint8Array, page: Buffer, nodes: readonly BranchNode[]): number {
  let [low, high] = [0, nodes.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    const node = nodes[middle]
    if (node && compare(page, node.keyStart, node.keyEnd, key, 0, key.length) <= 0) low = middle
    else high = middle - 1
  }
  return low
}

interface KeyWithin {
  readonly keyStart: number
  readonly keyEnd: number
}

function keyOf(page: Buffer, { keyStart, keyEnd }: KeyWithin): Buffer {
  return page.subarray(keyStart, keyEnd)
}

/** Whether each key is behind the one before, and all lie within the span; the first of a leaf may be where it begins. */
function isInOrder(
  page: Buffer,
  nodes: readonly KeyWithin[],
  { start, end }: KeySpan,
  isLeaf: boolean,
): boolean {
  let last: KeyWithin | undefined
  for (const node of nodes) {
    const { keyStart, keyEnd } = node
    if (last) {
      if (compare(page, last.keyStart, last.keyEnd, page, keyStart, keyEnd) >= 0) return false
    } else if (start) {
      const order = compare(start, 0, start.length, page, keyStart, keyEnd)
      if (isLeaf ? order > 0 : order >= 0) return false
    }
    last = node
  }
  return !last || !end || compare(page, last.keyStart, last.keyEnd, end, 0, end.length) < 0
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
