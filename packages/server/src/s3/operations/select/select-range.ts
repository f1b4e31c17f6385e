import { S3Error } from '../../../model/s3-error.ts'
import type { ScanRange as AskedRange } from '../../../model/types.gen.ts'
import type { ScanRange } from '../../../select/records/formats.ts'

/**
 * The bytes in which records begin that are asked for. End is the last byte; alone it says how many from the end on. Source: S3
 * API Reference, ScanRange. Throws InvalidScanRange.
 */
export function scanRangeOf(asked: AskedRange | undefined, sizeBytes: number): ScanRange | undefined {
  if (!asked) return undefined
  const { Start, End } = asked
  if (Start === undefined && End === undefined) throw new S3Error('InvalidScanRange')
  if ((Start ?? 0) < 0 || (End ?? 0) < 0) throw new S3Error('InvalidScanRange')
  if (Start === undefined) return { start: Math.max(sizeBytes - (End ?? 0), 0), end: sizeBytes }
  if (End !== undefined && End < Start) throw new S3Error('InvalidScanRange')
  return { start: Math.min(Start, sizeBytes), end: Math.min((End ?? sizeBytes) + 1, sizeBytes) }
}
