import { justAfter } from '../../metadata/just-after.ts'
import type {
  AnalyzedClass,
  AnalysisWalkRow,
  ClassStorage,
  StorageRow,
} from '../../metadata/tables/analytics-tables.ts'
import { current } from '../../metadata/tables/tables.ts'
import { transact } from '../../metadata/transaction.ts'
import { isWithin, scopeOf } from '../../s3/shared/bucket/analytics-configurations.ts'
import { addByAge, ageGroupOf, analyzedClassOf, zeroByAge } from '../../s3/shared/analyzing/age-groups.ts'
import { isEntry, walkKeys } from '../../s3/shared/pages/walk-keys.ts'
import { inSlices } from '../../base/in-slices.ts'
import { type Analysis, type BucketAnalyses, goOnWalking, storageOf } from './analysis-step.ts'

/** Rows that are read at once: about half a millisecond's work. */
const ROWS_AT_ONCE = 100

/** Rows held against so many filters between turns of requests: less than half a millisecond's work. */
const SLICE_TESTS = 2000
const MOST_SLICE_ROWS = 50

type WalkedRow = Parameters<typeof ageGroupOf>[0] & { readonly tags?: Parameters<typeof isWithin>[2] }

/** Goes through the next objects of a bucket, as many as a step has, and counts what is stored for each analysis. */
export async function walkObjects(
  bucketAnalyses: BucketAnalyses,
  walk: AnalysisWalkRow,
  observed: readonly Analysis[],
  mostRows: number,
): Promise<void> {
  const { service, source, signal } = bucketAnalyses
  const { metadata } = service.stores
  const storing = new StorageCount(walk, observed, service.settings.dayMilliseconds)
  let { after } = walk
  let count = 0
  for (const prefix of prefixesFrom(after, observed)) {
    for (let isAtEnd = false; !isAtEnd && count < mostRows;) {
      signal.throwIfAborted()
      const start = after === undefined ? undefined : justAfter(current.key(source.bucket.id, after))
      const table = storing.asksForTags ? current : current.brief
      const found = await walkKeys<WalkedRow>(metadata, source.bucket.id, [{ table, start }], {
        prefix,
        delimiter: undefined,
        limit: ROWS_AT_ONCE,
      })
      for await (const slice of inSlices(found.filter(isEntry), storing.sliceRows))
        for (const { key, row } of slice) {
          storing.add(key, row)
          after = key
        }
      count += found.length
      isAtEnd = found.length < ROWS_AT_ONCE
    }
    if (count >= mostRows) break
  }
  const isWalked = count < mostRows ? (true as const) : undefined
  const next = { ...walk, after, storage: storing.storage, isWalked }
  await transact(metadata, (transaction) => goOnWalking(transaction, source.bucket.id, walk, next))
}

/**
 * The prefixes whose keys have to be looked at from a key on, in the order of keys; none that another one covers. So what no configuration is about
 * costs nothing.
 */
function prefixesFrom(after: string | undefined, observed: readonly Analysis[]): readonly string[] {
  const all = observed.map(({ configuration }) => Buffer.from(scopeOf(configuration).prefix))
  const kept: Buffer[] = []
  for (const prefix of all.toSorted((one, other) => Buffer.compare(one, other))) {
    const last = kept.at(-1)
    if (!last || !isPrefixOf(last, prefix)) kept.push(prefix)
  }
  const reached = Buffer.from(after ?? '')
  const left = kept.filter((prefix) => isPrefixOf(prefix, reached) || Buffer.compare(prefix, reached) > 0)
  return (after === undefined ? kept : left).map((prefix) => prefix.toString())
}

function isPrefixOf(prefix: Buffer, bytes: Buffer): boolean {
  return bytes.subarray(0, prefix.length).equals(prefix)
}

type GrowingStorage = { -readonly [Member in keyof ClassStorage]: ClassStorage[Member] } & {
  readonly storedBytes: number[]
}

/** What is stored for each analysis, as far as the walk is. */
class StorageCount {
  readonly asksForTags: boolean
  readonly sliceRows: number
  readonly #walk: AnalysisWalkRow
  readonly #dayMilliseconds: number
  readonly #counted: readonly {
    readonly id: string
    readonly scope: ReturnType<typeof scopeOf>
    readonly classes: Partial<Record<AnalyzedClass, GrowingStorage>>
  }[]

  constructor(walk: AnalysisWalkRow, observed: readonly Analysis[], dayMilliseconds: number) {
    this.#walk = walk
    this.#dayMilliseconds = dayMilliseconds
    this.#counted = observed.map(({ configuration }) => ({
      id: configuration.Id,
      scope: scopeOf(configuration),
      classes: growing(storageOf(walk, configuration.Id) ?? {}),
    }))
    this.asksForTags = this.#counted.some(({ scope }) => scope.tags.length > 0)
    this.sliceRows = Math.min(MOST_SLICE_ROWS, Math.ceil(SLICE_TESTS / Math.max(observed.length, 1)))
  }

  add(key: string, row: WalkedRow): void {
    const name = analyzedClassOf(row)
    if (!name) return
    const group = ageGroupOf(row, this.#walk.startedMilliseconds, this.#dayMilliseconds)
    for (const { scope, classes } of this.#counted) {
      if (!isWithin(scope, key, row.tags)) continue
      const stored = (classes[name] ??= noStorage())
      stored.objects++
      addByAge(stored.storedBytes, group, row.sizeBytes)
    }
  }

  get storage(): AnalysisWalkRow['storage'] {
    return Object.fromEntries(this.#counted.map(({ id, classes }) => [id, classes]))
  }
}

function growing(row: StorageRow): Partial<Record<AnalyzedClass, GrowingStorage>> {
  // What the walk had counted stays as it was: the commit relies on it.
  return structuredClone(row) as Partial<Record<AnalyzedClass, GrowingStorage>>
}

export function noStorage(): GrowingStorage {
  return { objects: 0, storedBytes: zeroByAge() }
}
