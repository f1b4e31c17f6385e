import { asFolder } from '../../../model/as-folder.ts'
import { groupedAsUuid } from '../../../base/uuid.ts'

/** Which report of which bucket, and where in its destination it goes. */
export interface ReportPlace {
  readonly bucketName: string
  /** Of the configuration. */
  readonly id: string
  /** Of the destination. Absent or empty: none. */
  readonly prefix?: string | undefined
}

/** Keys of the objects that a report is made of. Source: S3 User Guide, "Locating your inventory list". */
export function reportKeys(place: ReportPlace, started: Date) {
  const folder = folderOf(place)
  // For example `2016-11-06T21-32Z`, and `2016-11-06-21-32` for Hive.
  const time = `${started.toISOString().slice(0, 16).replace(':', '-')}Z`
  return {
    manifest: `${folder}/${time}/manifest.json`,
    checksum: `${folder}/${time}/manifest.checksum`,
    symlink: `${folder}/hive/dt=${time.slice(0, -1).replace('T', '-')}/symlink.txt`,
  }
}

/** The key of a file with rows; `name`: 32 hexadecimal digits that no other file has. */
export function dataKey(place: ReportPlace, name: string, extension: string): string {
  return `${folderOf(place)}/data/${groupedAsUuid(name)}.${extension}`
}

/** No key of a report of this place is longer. */
export function longestReportKey(place: ReportPlace): string {
  return dataKey(place, '0'.repeat(32), 'parquet')
}

function folderOf({ bucketName, id, prefix }: ReportPlace): string {
  return `${asFolder(prefix)}${bucketName}/${id}`
}
