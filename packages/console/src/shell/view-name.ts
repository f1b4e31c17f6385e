/** Every view of the console; the tests visit them all. */
export const VIEW_NAMES = [
  'buckets',
  'objects',
  'bucket-settings',
  'people',
  'account',
  'access',
  'keys',
  'jobs',
  'running',
  'nowhere',
] as const

export type ViewName = (typeof VIEW_NAMES)[number]

const PLACES: readonly ViewName[] = ['buckets', 'people', 'account', 'access', 'keys', 'jobs', 'running']

/** Which view an address asks for. */
export function viewNameOf({
  parts: [place = 'buckets', bucket, part],
}: {
  readonly parts: readonly string[]
}): ViewName {
  if (place === 'buckets' && bucket !== undefined) return part === 'settings' ? 'bucket-settings' : 'objects'
  return PLACES.find((known) => known === place) ?? 'nowhere'
}
