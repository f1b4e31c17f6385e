import { errorMessage } from '../base/error-message.ts'
import type { VersionOrder } from '../metadata/tables/rows.ts'
import { bringVersion } from './bring-version.ts'
import type { ImportReport } from './import-report.ts'
import { type ImportJob, versionsThere } from './import-target.ts'
import { inParallel } from './parallel.ts'
import { listVersions, type SourceVersion } from './source-listing.ts'
import { renewTraits } from './renew-traits.ts'
import { placesOf } from './version-places.ts'

/** Versions of one key whose places are found together. */
const MOST_TOGETHER = 10_000

interface PlacedSource {
  readonly version: SourceVersion
  readonly order: VersionOrder
  readonly isThere: boolean
}

export interface BringOptions {
  readonly report: ImportReport
  /** How many requests are under way at once. */
  readonly parallel: number
  readonly prefix: string
  /** Nothing is brought: it is only counted what would be. */
  readonly isDryRun: boolean
  /** Tags, ACLs and locks of versions that are there are held against those of the source, too. */
  readonly renewsTraits: boolean
}

/** Brings what the source has and the target has not. What fails is told, and does not keep others from coming. */
export async function bringObjects(
  job: ImportJob | undefined,
  from: Listed,
  options: BringOptions,
): Promise<void> {
  await inParallel(placed(job, from, options), options.parallel, async ({ version, order, isThere }) => {
    const { report, isDryRun } = options
    try {
      if (!isThere) {
        if (job && !isDryRun) await bringVersion(job, version, order)
        report.count('brought', version)
      } else if (job && options.renewsTraits && (await renewTraits(job, version, options))) {
        report.count('renewed', version)
      }
    } catch (error) {
      if (!isOfVersion(error)) throw error
      const problem = errorMessage(error)
      report.differs({
        bucket: from.from,
        key: version.key,
        versionId: version.versionId,
        problem: `NOT BROUGHT: ${problem}`,
      })
    }
    report.count('done', version)
  })
}

type Listed = Pick<ImportJob, 'source' | 'from'>

/** Faults of the store here end the run: they would come again for each version. */
function isOfVersion(error: unknown): boolean {
  return !(error instanceof Error) || error.name !== 'StorageFault'
}

/** All versions with their places. */
async function* placed(
  job: ImportJob | undefined,
  listed: Listed,
  { report, prefix }: BringOptions,
): AsyncGenerator<PlacedSource> {
  for await (const { versions, after } of byKey(listed, prefix, report)) {
    const [first] = versions
    if (!first) continue
    const there = job ? await versionsThere(job, first.key) : new Map<string, never>()
    const orders = placesOf(
      versions,
      ({ versionId }) => (versionId === 'null' ? undefined : there.get(versionId)?.order),
      after(),
    )
    for (const [index, version] of versions.entries()) {
      const order = orders[index] ?? ''
      yield { version, order, isThere: there.get(version.versionId)?.isSame(version) === true }
    }
    after(orders.at(-1))
  }
}

interface KeyGroup {
  readonly versions: readonly SourceVersion[]
  /** The place of the last version of the same key that came before; told for the next group, and asked for. */
  readonly after: (order?: VersionOrder) => VersionOrder | undefined
}

/** The versions of one key after those of another, in groups of a bounded size. */
async function* byKey(
  { source, from }: Listed,
  prefix: string,
  report: ImportReport,
): AsyncGenerator<KeyGroup> {
  let last: { readonly key: string; order?: VersionOrder | undefined } | undefined
  let group: SourceVersion[] = []
  const flush = (): KeyGroup => {
    const versions = group
    const key = versions[0]?.key ?? ''
    if (last?.key !== key) last = { key }
    const place = last
    group = []
    return { versions, after: (order) => (order === undefined ? place.order : (place.order = order)) }
  }
  for await (const page of listVersions(source, from, prefix)) {
    for (const version of page) {
      if (group.length > 0 && (group[0]?.key !== version.key || group.length >= MOST_TOGETHER)) yield flush()
      report.count('listed', version)
      group.push(version)
    }
  }
  if (group.length > 0) yield flush()
}
