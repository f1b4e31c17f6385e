import type { S3Service } from '../s3/shared/service/service.ts'

const MOST_MILLISECONDS = 60_000

/** How often a process writes what it remembers of requests: well within a day that a test made short. */
export function countRestMilliseconds({ settings }: Pick<S3Service, 'settings'>): number {
  return Math.min(MOST_MILLISECONDS, settings.dayMilliseconds / 10)
}
