import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Disk } from '../../base/disk.ts'
import { StorageFault } from '../../base/storage-fault.ts'
import { NO_FINDINGS, type OnwardFindings, type PageFindings } from '../damaged-pages.ts'
import { rowFault } from '../row-fault.ts'
import { newestOf, readLmdbMetas } from './lmdb-header.ts'
import {
  type PageRef,
  PAGES_AT_ONCE,
  type PageSource,
  PageWalk,
  type PageWalkOptions,
} from './lmdb-page-walk.ts'

const MOST_TRIES = 5

export interface PageLookOptions extends Pick<PageWalkOptions, 'rowFault'> {
  /** Default: all. Those next to the roots come first. */
  readonly mostBytes?: number
}

/**
 * Reads every page that the newest transaction of a data file reaches, without LMDB, which a page that is not what it
 * should be may make end the process. Throws `StorageFault('corrupt')` for a file that is not what one transaction left:
 * damaged, or copied while it was written. Takes as long as reading the file does.
 */
export async function checkLmdbPages(disk: Disk, path: string): Promise<void> {
  const found = await lookAtLmdbPages(disk, path)
  if (found === 'moved') throw new StorageFault('corrupt', `${path} is being written`)
  const [damage] = found.damages
  if (damage) throw new StorageFault('corrupt', `${path}: page ${damage.page} ${damage.reason}`)
}

export interface LookFindings extends PageFindings {
  /** Whether all pages were looked at. */
  readonly isWhole: boolean
}

/** What is wrong with the pages of a data file; `moved` where somebody writes so much that it cannot be told. */
export async function lookAtLmdbPages(
  disk: Disk,
  path: string,
  options: PageLookOptions = {},
): Promise<LookFindings | 'moved'> {
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    let isWhole = true
    const walked = await withWalk(disk, path, options, async (walk) => {
      isWhole = await lookAround(walk, options.mostBytes ?? Infinity)
    })
    if (!walked) return { ...NO_FINDINGS, isWhole }
    const found = { ...walked, isWhole }
    if (found.damages.length === 0 && found.rows.length === 0) return found
    // Somebody writes: pages of the transaction that was being read may be in use again.
    const metas = await readLmdbMetas(disk, path)
    if (metas && newestOf(metas).transaction === walked.transaction) return found
  }
  return 'moved'
}

/** The rows' tree comes first: what the list of free pages must not name is known then. */
async function lookAround(walk: PageWalk, mostBytes: number): Promise<boolean> {
  const hasAllRows = await lookAtTree(walk, 'rows', mostBytes * ROWS_SHARE)
  const isWhole = (await lookAtTree(walk, 'free', mostBytes * (1 - ROWS_SHARE))) && hasAllRows
  if (isWhole) walk.noteWhole()
  return isWhole
}

const ROWS_SHARE = 0.75

/** Level by level; says whether it came to the end. A look at all goes down first, so that what is to be done stays little. */
async function lookAtTree(walk: PageWalk, tree: PageRef['tree'], mostBytes: number): Promise<boolean> {
  const todo: PageRef[] = walk.roots(tree)
  const end = walk.bytesRead + mostBytes
  while (todo.length > 0 && walk.bytesRead < end) {
    const refs = mostBytes === Infinity ? todo.splice(-PAGES_AT_ONCE) : todo.splice(0, PAGES_AT_ONCE)
    for (const children of await walk.look(refs)) for (const child of children) todo.push(child)
  }
  return todo.length === 0
}

/** Of the list of free pages, at the most, each time that a walk begins. */
const MOST_FREE_BYTES = 2 * 2 ** 20

/**
 * Looks at the next leaves of a walk through the whole tree, and at its beginning at the list of free pages too. Pages that a
 * snapshot reaches are not written into again while it is held, which has to be so meanwhile.
 */
export async function lookOnward(
  disk: Disk,
  path: string,
  file: PageSource,
  after: Uint8Array | undefined,
  mostLeaves: number,
): Promise<OnwardFindings> {
  const metas = await readLmdbMetas(disk, path)
  if (!metas) return { ...NO_FINDINGS, bytesRead: 0, next: undefined }
  const walk = new PageWalk({ rowFault, file, meta: newestOf(metas), sizeBytes: await file.size() })
  const next = await goOn(walk, after, mostLeaves)
  if (after === undefined) await lookAtTree(walk, 'free', MOST_FREE_BYTES)
  const { damages, rows, bytesRead } = walk
  return { damages, rows, bytesRead, next }
}

/** Down to the page above the leaves, then to those of them that are behind. */
async function goOn(
  walk: PageWalk,
  after: Uint8Array | undefined,
  mostLeaves: number,
): Promise<Uint8Array | undefined> {
  let refs = walk.roots('rows')
  for (;;) {
    const ahead = refs.filter(({ span: { end } }) => isBehind(end, after))
    const [first] = ahead
    if (!first) return undefined
    if (walk.isLeaf(first)) {
      const leaves = ahead.slice(0, mostLeaves)
      for (let at = 0; at < leaves.length; at += PAGES_AT_ONCE) {
        await walk.look(leaves.slice(at, at + PAGES_AT_ONCE))
        await nextTurn()
      }
      return leaves.at(-1)?.span.end
    }
    const [children = []] = await walk.look([first])
    if (children.length === 0) return first.span.end
    refs = children
  }
}

function isBehind(end: Uint8Array | undefined, after: Uint8Array | undefined): boolean {
  return end === undefined || after === undefined || Buffer.compare(end, after) > 0
}

async function withWalk(
  disk: Disk,
  path: string,
  options: Pick<PageWalkOptions, 'rowFault'>,
  use: (walk: PageWalk) => Promise<void>,
): Promise<(PageFindings & { readonly transaction: bigint }) | undefined> {
  const metas = await readLmdbMetas(disk, path)
  if (!metas) return undefined
  const meta = newestOf(metas)
  const file = await disk.openForRead(path)
  try {
    const walk = new PageWalk({ ...options, file, meta, sizeBytes: await file.size() })
    await use(walk)
    const { damages, rows } = walk
    return { damages, rows, transaction: meta.transaction }
  } finally {
    await file.close()
  }
}
