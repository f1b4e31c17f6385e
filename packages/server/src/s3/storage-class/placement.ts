/** Where and how the bytes of a storage class are kept. */
export interface Placement {
  /** The blob store's place; absent: the default. */
  readonly place?: string | undefined
  readonly compression?: 'zstd' | undefined
}

const DEFAULT: Placement = {}

export function placementOf(
  { placements }: { readonly placements: ReadonlyMap<string, Placement> },
  storageClass: string | undefined,
): Placement {
  return placements.get(storageClass ?? 'STANDARD') ?? DEFAULT
}

export function isSamePlacement(one: Placement, other: Placement): boolean {
  return one.place === other.place && one.compression === other.compression
}
