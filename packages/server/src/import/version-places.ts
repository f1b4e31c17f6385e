import { hash } from 'node:crypto'
import type { VersionOrder } from '../metadata/tables/rows.ts'
import { isOrder, orderOf } from '../s3/shared/object/version-order.ts'

/** A version that is to have a place, or has one already. */
export interface Placeable {
  readonly versionId: string
  readonly modifiedMilliseconds: number
}

const TIE = 2n ** 64n

/**
 * Where versions stand that come newest first, after those before them in the list and before those behind: by their times,
 * and where these say nothing, or another thing, close behind the one before. `placeOf` tells of those that are there
 * already; `after` is the place of the one before them all. The same list has the same places each time.
 */
export function placesOf(
  versions: readonly Placeable[],
  placeOf: (version: Placeable) => VersionOrder | undefined,
  after: VersionOrder | undefined,
): VersionOrder[] {
  const known = versions.map(placeOf)
  const bounds = nextPlaces(known)
  let before = after === undefined ? -1n : BigInt(`0x${after}`)
  return versions.map((version, index) => {
    const place = known[index] ?? newPlace(version, before, bounds[index])
    before = BigInt(`0x${place}`)
    return place
  })
}

/** For each the place of the first one behind it that has one. */
function nextPlaces(known: readonly (VersionOrder | undefined)[]): (VersionOrder | undefined)[] {
  let next: VersionOrder | undefined
  return known
    .toReversed()
    .map((place) => {
      const bound = next
      next = place ?? next
      return bound
    })
    .toReversed()
}

function newPlace(version: Placeable, before: bigint, behind: VersionOrder | undefined): VersionOrder {
  const bound = behind === undefined ? 2n ** 128n : BigInt(`0x${behind}`)
  const isFree = (place: bigint): boolean => place > before && place < bound
  if (isPlaceOfItsTime(version) && isFree(BigInt(`0x${version.versionId}`))) return version.versionId
  const wanted = wantedPlace(version)
  const candidates = [wanted, before + TIE, (before + bound) / 2n]
  const place = candidates.find(isFree)
  if (place === undefined) throw new Error('there is no room between two versions')
  return place.toString(16).padStart(32, '0')
}

/** Whether its id is one that a store of this kind made: another's would stand anywhere, with no room behind it perhaps. */
function isPlaceOfItsTime({ versionId, modifiedMilliseconds }: Placeable): boolean {
  if (!isOrder(versionId)) return false
  const time = timeOf(versionId) - timeOf(orderOf({ modifiedMilliseconds }))
  return time < DAY && -time < DAY
}

const DAY = 24n * 60n * 60n * 1000n

/** In milliseconds, counted backwards. */
function timeOf(order: VersionOrder): bigint {
  return BigInt(`0x${order.slice(0, 12)}`)
}

/** By its time, and by its id among those of the same time. */
function wantedPlace({ versionId, modifiedMilliseconds }: Placeable): bigint {
  const time = orderOf({ modifiedMilliseconds }).slice(0, 16)
  return BigInt(`0x${time}${hash('sha256', versionId, 'hex').slice(0, 16)}`)
}
