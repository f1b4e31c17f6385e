import { DAY_MILLISECONDS } from '../../../base/day.ts'
import {
  iamAccessKeys,
  iamKeyUses,
  iamLoginProfiles,
  type IamLoginProfileRow,
  type IamPasswordPolicyRow,
  type IamUserRow,
} from '../../../metadata/tables/iam-tables.ts'
import { userArn } from '../../shared/users.ts'
import { NO_CERTIFICATES, NONE, reportLine, type ReportValues, shownFlag, shownTime } from './report-line.ts'
import { keyValues, type ReportedKey } from './reported-keys.ts'
import type { RowsOfMoment } from './rows-of-moment.ts'

/** The line of a user. */
export async function userLine(
  rows: RowsOfMoment,
  id: string,
  user: IamUserRow,
  policy: IamPasswordPolicyRow | undefined,
): Promise<string> {
  const { accountId, path, name, createdMilliseconds, accessKeyIds = [], mfaDevices = [] } = user
  const keys = await Promise.all(accessKeyIds.map((accessKeyId) => reportedKey(rows, accessKeyId)))
  return reportLine({
    user: name,
    arn: userArn(accountId, path, name),
    user_creation_time: shownTime(createdMilliseconds),
    ...passwordValues(
      await rows.get(iamLoginProfiles, id),
      (await rows.get(iamKeyUses, id))?.atMilliseconds,
      policy,
    ),
    mfa_active: shownFlag(mfaDevices.length > 0),
    ...keyValues(keys.flatMap((key) => key ?? [])),
    ...NO_CERTIFICATES,
  })
}

/** Of an inactive one it tells as much as of others, as reports of AWS do though the guide says otherwise. */
async function reportedKey(rows: RowsOfMoment, accessKeyId: string): Promise<ReportedKey | undefined> {
  const key = await rows.get(iamAccessKeys, accessKeyId)
  if (!key) return undefined
  const { status, createdMilliseconds, changedMilliseconds = createdMilliseconds } = key
  return { isActive: status === 'Active', changedMilliseconds, use: await rows.get(iamKeyUses, accessKeyId) }
}

type PasswordColumn = Extract<keyof ReportValues, `password_${string}`>

function passwordValues(
  profile: IamLoginProfileRow | undefined,
  usedMilliseconds: number | undefined,
  policy: IamPasswordPolicyRow | undefined,
): Pick<ReportValues, PasswordColumn> {
  const setMilliseconds = profile?.passwordSetMilliseconds
  const { maximumAgeDays } = policy ?? {}
  const isToChange = setMilliseconds !== undefined && maximumAgeDays !== undefined
  return {
    password_enabled: shownFlag(profile !== undefined),
    password_last_used: profile ? shownTime(usedMilliseconds, 'no_information') : NONE,
    password_last_changed: shownTime(setMilliseconds),
    password_next_rotation: isToChange
      ? shownTime(setMilliseconds + maximumAgeDays * DAY_MILLISECONDS)
      : NONE,
  }
}
