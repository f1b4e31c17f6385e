import { posix } from 'node:path'
import type { Complaint, SourceFile } from './source-file.ts'

const SERVICE = /^packages\/server\/src\/(?:s3|iam|sts|kms)\//
const MOST_LOOSE_FILES = 4

/**
 * The floor of a service (s3, kms, …) has rooms, which are the folders of `operations/`, and stock, which is `shared/`;
 * besides, a few loose files: the registry and what is above all rooms. Nothing else lies there, and a room without an
 * operation is no room.
 */
export function checkServiceFloors(files: readonly SourceFile[]): Complaint[] {
  const paths = files.map(({ path }) => path).filter((path) => SERVICE.test(path) && path.endsWith('.ts'))
  const services = new Set(paths.map((path) => SERVICE.exec(path)?.[0] ?? ''))
  return [...paths.flatMap(checkPlace), ...[...services].flatMap((service) => checkService(service, paths))]
}

function checkPlace(path: string): Complaint[] {
  const place = path.replace(SERVICE, '')
  if (!place.includes('/') || /^operations\/[\w-]+\/[^/]+$/.test(place) || place.startsWith('shared/'))
    return []
  return [{ path, message: 'is neither in a room (operations/<room>/) nor in the stock (shared/)' }]
}

function checkService(service: string, paths: readonly string[]): Complaint[] {
  const own = paths.filter((path) => path.startsWith(service)).map((path) => path.slice(service.length))
  const loose = own.filter((place) => !place.includes('/') && !place.endsWith('.test.ts'))
  const rooms = new Set(own.filter((place) => place.startsWith('operations/')).map(posix.dirname))
  const emptyRooms = [...rooms].filter(
    (room) => !own.some((place) => posix.dirname(place) === room && /\/[A-Z]\w*\.ts$/.test(place)),
  )
  return [
    ...(loose.length > MOST_LOOSE_FILES
      ? [{ path: service, message: `has ${loose.length} loose files: they want a room or a stock` }]
      : []),
    ...emptyRooms.map((room) => ({
      path: service + room,
      message: 'has no operation: what is no room is stock (shared/)',
    })),
  ]
}
