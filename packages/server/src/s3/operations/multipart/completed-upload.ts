import { hash } from 'node:crypto'
import type { Clock } from '../../../base/clock.ts'
import type { BucketRow, CompletedUploadRow } from '../../../metadata/tables/rows.ts'
import { completedUploads } from '../../../metadata/tables/tables.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import type { CompletedPart } from '../../../model/types.gen.ts'
import { dayOf } from '../../shared/service/day-of.ts'
import type { UploadAddress } from './find-upload.ts'

/** Keeps the answer of a completion, in its own commit. */
export function rememberCompletion(
  transaction: Transaction,
  clock: Clock,
  uploadId: string,
  row: CompletedUploadRow,
): void {
  transaction.put(completedUploads, [dayOf(clock), uploadId], row)
}

/** What the same completion answered before: the same upload, and the same list of parts. */
export async function findCompletion(
  transaction: Transaction,
  clock: Clock,
  bucket: BucketRow,
  { Key, UploadId }: UploadAddress,
  listed: readonly CompletedPart[],
): Promise<CompletedUploadRow | undefined> {
  const today = dayOf(clock)
  const row =
    (await transaction.get(completedUploads, today, UploadId)) ??
    (await transaction.get(completedUploads, Math.max(today - 1, 0), UploadId))
  const isSame = row?.bucketId === bucket.id && row.key === Key && row.listDigest === digestOfList(listed)
  return isSame ? row : undefined
}

export function digestOfList(listed: readonly CompletedPart[]): string {
  const lines = listed.map(({ PartNumber, ETag = '' }) => `${PartNumber} ${bareEtag(ETag)}\n`)
  return hash('sha256', lines.join(''), 'base64')
}

/** Clients send the entity tag of a part with its quotes or without, and with white space around it. */
export function bareEtag(etag: string): string {
  return etag.trim().replaceAll('"', '')
}
