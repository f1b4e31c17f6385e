import type { Form } from '../packed/forms.ts'
import { definePackedTable } from '../table.ts'
import type { UsageAmounts } from '../usage-amounts.ts'

/** A share of what a bucket holds: it holds the sum of all its shares, some of which may be negative. */
export interface UsageShareRow extends Readonly<UsageAmounts> {
  /** Of the share that stays, the base: whether the shares tell of all there is, and not just of changes since some time. */
  readonly isWhole?: true | undefined
}

const NUMBERS = 5
const NUMBER_BYTES = 8

/** A byte, 1 where it `isWhole`; then the five amounts, each a double: they may be negative. */
const shareForm: Form<UsageShareRow> = {
  write(value, target) {
    const { isWhole, objects, versions, deleteMarkers, bytes, partBytes } = value as UsageShareRow
    target.makeRoom(1 + NUMBERS * NUMBER_BYTES)
    const { buffer } = target
    buffer[target.end] = isWhole ? 1 : 0
    let end = target.end + 1
    end = buffer.writeDoubleBE(objects, end)
    end = buffer.writeDoubleBE(versions, end)
    end = buffer.writeDoubleBE(deleteMarkers, end)
    end = buffer.writeDoubleBE(bytes, end)
    target.end = buffer.writeDoubleBE(partBytes, end)
    return true
  },
  read(bytes, start, end) {
    if (end - start !== 1 + NUMBERS * NUMBER_BYTES) throw new RangeError('not the size of a share')
    const number = (place: number): number => bytes.readDoubleBE(start + 1 + place * NUMBER_BYTES)
    return {
      objects: number(0),
      versions: number(1),
      deleteMarkers: number(2),
      bytes: number(3),
      partBytes: number(4),
      ...(bytes[start] === 1 && { isWhole: true as const }),
    }
  },
}

/**
 * What each bucket holds, in shares: so that no two commits that are under way write the same row. The base is at 0, '', 0;
 * the others belong to a process, for a while, and to one of its commits at a time.
 */
export const usageShares = definePackedTable<
  [bucketId: string, period: number, writer: string, number: number],
  UsageShareRow
>(90, 'usageShares', shareForm)

export const BASE_SHARE = [0, '', 0] as const
