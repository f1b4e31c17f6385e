import type { IamKeyUseRow } from '../../../metadata/tables/iam-tables.ts'
import { NONE, type ReportValues, shownFlag, shownTime } from './report-line.ts'

/** An access key as a report tells of it. */
export interface ReportedKey {
  readonly isActive: boolean
  /** When it was made or changed; absent where nobody knows: it stands in the config. */
  readonly changedMilliseconds: number | undefined
  /** Absent: never used. */
  readonly use: IamKeyUseRow | undefined
}

type KeyColumn = Extract<keyof ReportValues, `access_key_${string}`>
type KeyValues = Pick<ReportValues, KeyColumn | 'additional_credentials_info'>

/** The first two; of all further ones, which root users of the config may have, how many they are. */
export function keyValues([first, second, ...others]: readonly ReportedKey[]): KeyValues {
  return {
    access_key_1_active: shownFlag(first?.isActive ?? false),
    access_key_1_last_rotated: shownTime(first?.changedMilliseconds),
    access_key_1_last_used_date: shownTime(first?.use?.atMilliseconds),
    access_key_1_last_used_region: first?.use?.region ?? NONE,
    access_key_1_last_used_service: first?.use?.service ?? NONE,
    access_key_2_active: shownFlag(second?.isActive ?? false),
    access_key_2_last_rotated: shownTime(second?.changedMilliseconds),
    access_key_2_last_used_date: shownTime(second?.use?.atMilliseconds),
    access_key_2_last_used_region: second?.use?.region ?? NONE,
    access_key_2_last_used_service: second?.use?.service ?? NONE,
    additional_credentials_info:
      others.length === 0 ? NONE : `${others.length} more access keys: ListAccessKeys tells of all`,
  }
}
