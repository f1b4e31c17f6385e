import { BackupRefusal } from '../backup/backup-refusal.ts'
import type { BucketRow } from '../metadata/tables/rows.ts'
import { assertValidBucketName } from '../model/bucket-name.ts'
import { isDirectoryBucketName, zoneOfBucketName } from '../model/directory-bucket-name.ts'

/** The zone of a name, which those of directory buckets have. Throws InvalidBucketName for a name that no bucket may have. */
export function zoneOfName(name: string): string | undefined {
  if (isDirectoryBucketName(name)) return zoneOfBucketName(name)
  assertValidBucketName(name)
  return undefined
}

/** Throws `BackupRefusal` for a name of the other kind of buckets, or of another zone: by their names clients tell them apart. */
export function assertNameFits({ directory }: BucketRow, name: string): void {
  if (zoneOfName(name) === directory?.zone) return
  throw new BackupRefusal(
    directory
      ? `The bucket is a directory bucket of ${directory.zone}. Give it a name that ends in --${directory.zone}--x-s3.`
      : `The bucket is no directory bucket. Give it a name that does not end in --x-s3.`,
  )
}
