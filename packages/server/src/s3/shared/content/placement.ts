import type { ObjectRow } from '../../../metadata/tables/rows.ts'

/** Where and how the bytes of a storage class are kept. */
export interface Placement {
  /** The blob store's place; absent: the default. */
  readonly place?: string | undefined
  readonly compression?: 'zstd' | undefined
}

/** What decides on the placement of an object. */
export type Placed = Pick<ObjectRow, 'storageClass' | 'accessTier'>

export interface Placements {
  /** By storage class, and by access tier. */
  readonly placements: ReadonlyMap<string, Placement>
}

const DEFAULT: Placement = {}

/** An access tier without a placement of its own has that of its class. */
export function placementOf(
  { placements }: Placements,
  { storageClass = 'STANDARD', accessTier }: Placed,
): Placement {
  const ofTier = accessTier && placements.get(accessTier)
  return ofTier ?? placements.get(storageClass) ?? DEFAULT
}

/** Whether the bytes of both are kept in the same place and form. */
export function isSamePlace(settings: Placements, one: Placed, other: Placed): boolean {
  const [ofOne, ofOther] = [placementOf(settings, one), placementOf(settings, other)]
  return ofOne.place === ofOther.place && ofOne.compression === ofOther.compression
}
