/** Where things lie in a page of LMDB 1.0's file (MDB_page_header, MDB_node and MDB_ovpage in mdb.c). */
const PAGE = {
  number: 0,
  transaction: 8,
  flags: 18,
  lower: 20,
  upper: 22,
  overflowPages: 20,
  end: 24,
} as const
const NODE = { low: 0, high: 2, flags: 4, keyBytes: 6, end: 8 } as const
const OVERFLOW = { page: 0, transaction: 8, pages: 16, end: 24 } as const
const BRANCH = 1
const LEAF = 2
const OVERFLOW_PAGE = 4
const BIG_DATA = 1
const NO_SUB_DATABASE = BIG_DATA

/** A value that lies in pages of its own. */
export interface OverflowRun {
  readonly page: number
  readonly pages: number
  readonly sizeBytes: number
}

/** What a page of a tree leads to. */
export interface TreePage {
  readonly isLeaf: boolean
  /** In order. The first key of a branch means nothing. */
  readonly keys: readonly Buffer[]
  /** Of a branch, one a key. */
  readonly children: readonly number[]
  /** Of a leaf, one a key. */
  readonly values: readonly (Buffer | OverflowRun)[]
}

/** The transaction that wrote a page. */
export function writerOf(page: Buffer): bigint {
  return page.readBigUInt64LE(PAGE.transaction)
}

/**
 * Reads a page of a tree; what is wrong with it as text. `newest`: no page of the tree is of a later transaction.
 */
export function readTreePage(page: Buffer, number: number, newest: bigint): TreePage | string {
  const fault = headFault(page, number, newest)
  if (fault !== undefined) return fault
  const flags = page.readUInt16LE(PAGE.flags)
  const [lower, upper] = [page.readUInt16LE(PAGE.lower), page.readUInt16LE(PAGE.upper)]
  const read = { isLeaf: flags === LEAF, keys: [], children: [], values: [] }
  const count = lower / 2
  for (let index = 0; index < count; index++) {
    const start = PAGE.end + page.readUInt16LE(PAGE.end + 2 * index)
    const wrong = start < PAGE.end + upper ? OUTSIDE : readNode(page, start, read)
    if (wrong !== undefined) return wrong
  }
  return read
}

function headFault(page: Buffer, number: number, newest: bigint): string | undefined {
  if (page.readBigUInt64LE(PAGE.number) !== BigInt(number)) return 'is another page'
  if (writerOf(page) > newest) return 'is of a later transaction'
  const flags = page.readUInt16LE(PAGE.flags)
  if (flags !== BRANCH && flags !== LEAF) return 'is no page of a tree'
  const [lower, upper] = [page.readUInt16LE(PAGE.lower), page.readUInt16LE(PAGE.upper)]
  // Both are counted from behind the header.
  if (lower % 2 !== 0 || lower > upper || PAGE.end + upper > page.length) return 'has impossible bounds'
  return lower === 0 ? 'is empty' : undefined
}

/** What is told by the first bytes of a page, of which there are many: nothing is made for any. */
export class PageHead {
  readonly #view: DataView

  /** Of bytes that hold pages. */
  constructor(bytes: Buffer) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  /** Whether the page at that byte is the leaf of that number. */
  isLeaf(at: number, number: number): boolean {
    return this.#view.getUint16(at + PAGE.flags, true) === LEAF && this.#numberAt(at + PAGE.number) === number
  }

  /** The transaction that wrote it. */
  writerOf(at: number): number {
    return this.#numberAt(at + PAGE.transaction)
  }

  #numberAt(at: number): number {
    return this.#view.getUint32(at, true) + this.#view.getUint32(at + 4, true) * 2 ** 32
  }
}

/** What a branch leads to, without its keys: a fraction of what reading all of it takes. What is wrong with it as text. */
export function branchChildren(page: Buffer, number: number, newest: bigint): readonly number[] | string {
  const fault = headFault(page, number, newest)
  if (fault !== undefined) return fault
  if (page.readUInt16LE(PAGE.flags) !== BRANCH) return 'is on a wrong level'
  const view = new DataView(page.buffer, page.byteOffset, page.length)
  const children: number[] = []
  const count = view.getUint16(PAGE.lower, true) / 2
  for (let index = 0; index < count; index++) {
    const start = PAGE.end + view.getUint16(PAGE.end + 2 * index, true)
    if (start + NODE.end > page.length) return 'has an entry that leaves it'
    children.push(childAt(view, start))
  }
  return children
}

function childAt(page: DataView, start: number): number {
  const [low, high] = [page.getUint16(start + NODE.low, true), page.getUint16(start + NODE.high, true)]
  return low + high * 2 ** 16 + page.getUint16(start + NODE.flags, true) * 2 ** 32
}

/** A key of a page, -1 is its last; `undefined` where the page is damaged. */
export function keyAt(page: Buffer, index: number): Buffer | undefined {
  const count = page.readUInt16LE(PAGE.lower) / 2
  const at = PAGE.end + 2 * (index < 0 ? count + index : index)
  if (at < PAGE.end || at + 2 > page.length) return undefined
  const start = PAGE.end + page.readUInt16LE(at)
  if (start + NODE.end > page.length) return undefined
  const end = start + NODE.end + keyBytes(page, start)
  return end > page.length ? undefined : page.subarray(start + NODE.end, end)
}

/**
 * Where the keys of a branch lie, in their order, without making anything for any: their beginnings and ends by turns into `places`.
 * Returns how many there are; what is wrong with the page as text.
 */
export function branchKeys(
  page: Buffer,
  number: number,
  newest: bigint,
  places: Uint16Array,
): number | string {
  const fault = headFault(page, number, newest)
  if (fault !== undefined) return fault
  if (page.readUInt16LE(PAGE.flags) !== BRANCH) return 'is on a wrong level'
  const [lower, upper] = [page.readUInt16LE(PAGE.lower), page.readUInt16LE(PAGE.upper)]
  const count = lower / 2
  for (let index = 0; index < count; index++) {
    const start = PAGE.end + page.readUInt16LE(PAGE.end + 2 * index)
    if (start < PAGE.end + upper) return OUTSIDE
    const keyEnd = keyEndAt(page, start)
    if (keyEnd > page.length) return LEAVES
    places[2 * index] = start + NODE.end
    places[2 * index + 1] = keyEnd
  }
  return count
}

/** What the key that begins there leads to, in a branch. */
export function childOfKeyAt(page: Buffer, keyStart: number): number {
  const start = keyStart - NODE.end
  return lengthAt(page, start) + page.readUInt16LE(start + NODE.flags) * 2 ** 32
}

interface PageBeingRead {
  readonly isLeaf: boolean
  readonly keys: Buffer[]
  readonly children: number[]
  readonly values: (Buffer | OverflowRun)[]
}

function readNode(page: Buffer, start: number, read: PageBeingRead): string | undefined {
  if (!read.isLeaf) {
    const keyEnd = keyEndAt(page, start)
    if (keyEnd > page.length) return LEAVES
    read.keys.push(page.subarray(start + NODE.end, keyEnd))
    read.children.push(lengthAt(page, start) + page.readUInt16LE(start + NODE.flags) * 2 ** 32)
    return undefined
  }
  const node = leafNodeAt(page, start)
  if (typeof node === 'string') return node
  read.keys.push(page.subarray(node.keyStart, node.keyEnd))
  const { keyEnd, end, bigBytes } = node
  read.values.push(bigBytes === undefined ? page.subarray(keyEnd, end) : overflowAt(page, keyEnd, bigBytes))
  return undefined
}

/** Where an entry of a leaf lies. */
export interface LeafNode {
  readonly keyStart: number
  readonly keyEnd: number
  /** Of the value, or of what leads to one in pages of its own; it begins where the key ends. */
  readonly end: number
  /** Of a value in pages of its own. */
  readonly bigBytes: number | undefined
}

/** Where the entries of a leaf lie, in their order: a fraction of what reading all of it takes. What is wrong with it as text. */
export function leafNodes(page: Buffer, number: number, newest: bigint): readonly LeafNode[] | string {
  const fault = headFault(page, number, newest)
  if (fault !== undefined) return fault
  if (page.readUInt16LE(PAGE.flags) !== LEAF) return 'is on a wrong level'
  const [lower, upper] = [page.readUInt16LE(PAGE.lower), page.readUInt16LE(PAGE.upper)]
  const nodes: LeafNode[] = []
  for (let at = PAGE.end; at < PAGE.end + lower; at += 2) {
    const start = PAGE.end + page.readUInt16LE(at)
    const node = start < PAGE.end + upper ? OUTSIDE : leafNodeAt(page, start)
    if (typeof node === 'string') return node
    nodes.push(node)
  }
  return nodes
}

function leafNodeAt(page: Buffer, start: number): LeafNode | string {
  const keyEnd = keyEndAt(page, start)
  if (keyEnd > page.length) return LEAVES
  const flags = page.readUInt16LE(start + NODE.flags)
  if ((flags & ~NO_SUB_DATABASE) !== 0) return 'has an entry of an unknown kind'
  const sizeBytes = lengthAt(page, start)
  const isBig = (flags & BIG_DATA) !== 0
  const end = keyEnd + (isBig ? OVERFLOW.end : sizeBytes)
  if (end > page.length) return 'has a value that leaves it'
  return { keyStart: start + NODE.end, keyEnd, end, bigBytes: isBig ? sizeBytes : undefined }
}

const OUTSIDE = 'has an entry outside'
const LEAVES = 'has an entry that leaves it'

/** Behind the page where the entry is. */
function keyEndAt(page: Buffer, start: number): number {
  return start + NODE.end + (start + NODE.end <= page.length ? keyBytes(page, start) : Infinity)
}

function lengthAt(page: Buffer, start: number): number {
  return page.readUInt16LE(start + NODE.low) + page.readUInt16LE(start + NODE.high) * 2 ** 16
}

function keyBytes(page: Buffer, start: number): number {
  return page.readUInt16LE(start + NODE.keyBytes)
}

/** What a leaf has in place of a value in pages of its own. */
export function overflowAt(page: Buffer, start: number, sizeBytes: number): OverflowRun {
  const numberAt = (offset: number): number => Number(page.readBigUInt64LE(start + offset))
  return { page: numberAt(OVERFLOW.page), pages: numberAt(OVERFLOW.pages), sizeBytes }
}

/** What stands before such a value in its pages. */
export const OVERFLOW_HEAD_BYTES = PAGE.end

/** What is wrong with the head of a value in pages of its own. */
export function overflowFault(
  head: Buffer,
  { page, pages, sizeBytes }: OverflowRun,
  pageSizeBytes: number,
  newest: bigint,
): string | undefined {
  // More than it needs where a longer value was put there before, within one transaction.
  if (Math.ceil((sizeBytes + PAGE.end) / pageSizeBytes) > pages) return 'has another length'
  if (head.readBigUInt64LE(PAGE.number) !== BigInt(page)) return 'is another page'
  if (head.readBigUInt64LE(PAGE.transaction) > newest) return 'is of a later transaction'
  if (head.readUInt16LE(PAGE.flags) !== OVERFLOW_PAGE) return 'holds no value'
  return head.readUInt32LE(PAGE.overflowPages) === pages ? undefined : 'has another length'
}
