import type { Clock } from '../base/clock.ts'
import type { Conditions } from '../base/conditions.ts'
import { systemDisk } from '../base/disk.ts'
import { DiskReserve, type DiskReserveOptions, type ReservedSpace } from '../base/disk-reserve.ts'
import { systemRandom } from '../base/random.ts'
import type { SpaceGate } from '../base/space-gate.ts'
import { WatchedStore } from '../metadata/engines/watched.ts'
import { DamagedPages } from '../metadata/damaged-pages.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import type { MetadataGuards, ServerOptions } from '../server-options.ts'
import { wantLook } from './identity/look-before-opening.ts'

const MIB = 2 ** 20

/** What keeps the stores of a server from the end of their disks, and the server from stores that have failed. */
export interface StoreGuards {
  metadata(folder: string): MetadataGuards
  /** Of the metadata. */
  readonly pages: DamagedPages
  watch(metadata: OrderedStore): OrderedStore
  /** `place`: `blobs`, or a storage class. */
  blobs(folder: string, place: string): SpaceGate
  /** Looks at the disk of every folder that was opened; each raises a condition of its own. */
  look(): Promise<void>
  /** How full the disks of these folders are; those that are away are left out. */
  disks(): Promise<readonly ReservedDisk[]>
}

export interface ReservedDisk extends ReservedSpace {
  /** `metadata`, `blobs` or a storage class. */
  readonly place: string
}

const STUCK = 'a commit to the metadata store has had no answer for too long'
const BROKEN = 'a commit failed on the disk: nothing is committed until the server starts again'

const DAMAGED_FREE_PAGES = 'the list of free pages of the metadata is damaged: nothing is written'

function damagedPages(count: number): string {
  return `pages of the metadata are damaged (${count}): what is in them answers an error`
}

export function storeGuards(options: ServerOptions, conditions: Conditions, clock: Clock): StoreGuards {
  const { config, disk = systemDisk, random = systemRandom, onHopeless } = options
  const { reserveMegabytes } = config.storage
  const reserveBytes = reserveMegabytes === undefined ? undefined : reserveMegabytes * MIB
  const reserves = new Map<string, DiskReserve>()
  const places = new Map<string, DiskReserve>()
  const reserveOf = (of: Pick<DiskReserveOptions, 'folder' | 'name' | 'what' | 'effect'>): DiskReserve => {
    const reserve =
      reserves.get(of.folder) ?? new DiskReserve({ disk, random, clock, conditions, reserveBytes, ...of })
    reserves.set(of.folder, reserve)
    places.set(of.name.replace(/^disk-(class-)?/, ''), reserve)
    return reserve
  }
  let brokenWhileReadOnly = false
  let metadataFolder: string | undefined
  const pages = new DamagedPages((all, fresh) => {
    for (const { page, tree, reason } of fresh) {
      options.log.error({ page, tree, reason }, 'DAMAGED: a page of the metadata is not what was written')
    }
    const isFree = all.some(({ tree }) => tree === 'free')
    conditions.raise('metadata-pages', isFree ? DAMAGED_FREE_PAGES : damagedPages(all.length), {
      effect: isFree ? 'unready' : 'degraded',
    })
    if (metadataFolder !== undefined) void wantLook(metadataFolder, 'damaged pages were found')
  })
  return {
    pages,
    metadata: (folder) => {
      metadataFolder = folder
      return {
        pages,
        space: reserveOf({ folder, name: 'disk-metadata', what: 'the metadata' }),
        onBroken(fault) {
          conditions.raise('commit-failed', BROKEN, { err: fault })
          // Where nothing can be written a new start would only take the reads away.
          if (fault.kind === 'readOnly') brokenWhileReadOnly = true
          else onHopeless?.(BROKEN)
        },
      }
    },
    watch: (metadata) =>
      new WatchedStore(metadata, {
        clock,
        timeoutMilliseconds: config.storage.commitTimeoutSeconds * 1000,
        onStuck() {
          conditions.raise('stuck-commit', STUCK)
          onHopeless?.(STUCK)
        },
      }),
    blobs: (folder, place) =>
      place === 'blobs'
        ? reserveOf({ folder, name: 'disk-blobs', what: 'the blobs' })
        : reserveOf({
            folder,
            name: `disk-class-${place}`,
            what: `storage class ${place}`,
            effect: 'degraded',
          }),
    async disks() {
      const looks = Array.from(places, ([place, reserve]) =>
        reserve.space().then(
          (space) => [{ place, ...space }],
          () => [],
        ),
      )
      return (await Promise.all(looks)).flat()
    },
    async look() {
      const all = [...reserves.values()]
      const reasons = await Promise.all(all.map((reserve) => reserve.look({ try: true })))
      if (!brokenWhileReadOnly || reasons.some((reason) => reason !== undefined)) return
      brokenWhileReadOnly = false
      onHopeless?.(BROKEN)
    },
  }
}
