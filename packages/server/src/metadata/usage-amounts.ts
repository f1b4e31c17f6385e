/** What a bucket holds, or by how much a commit changes that. */
export interface UsageAmounts {
  /** Keys whose newest version is an object. */
  objects: number
  /** All versions that are objects, the newest among them. */
  versions: number
  deleteMarkers: number
  /** Of all versions, as their sizes are told: neither what compression saves nor what sealing adds. */
  bytes: number
  /** Of parts that no object is made of, or not yet. */
  partBytes: number
}

export function noUsage(): UsageAmounts {
  return { objects: 0, versions: 0, deleteMarkers: 0, bytes: 0, partBytes: 0 }
}

/** Adds to `sum`; `sign` is -1 where it is to be taken away. */
export function addUsage(sum: UsageAmounts, more: UsageAmounts, sign: 1 | -1 = 1): void {
  sum.objects += sign * more.objects
  sum.versions += sign * more.versions
  sum.deleteMarkers += sign * more.deleteMarkers
  sum.bytes += sign * more.bytes
  sum.partBytes += sign * more.partBytes
}

export function isNoUsage({ objects, versions, deleteMarkers, bytes, partBytes }: UsageAmounts): boolean {
  return objects === 0 && versions === 0 && deleteMarkers === 0 && bytes === 0 && partBytes === 0
}
