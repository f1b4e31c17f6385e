import type { Account } from '../../../access/accounts.ts'
import { arnOf } from '../../../access/principal.ts'
import { ROOT_DEVICE } from '../../../identities/mfa-serial-number.ts'
import { accounts } from '../../../metadata/tables/account-tables.ts'
import { iamKeyUses, iamMfaDevices } from '../../../metadata/tables/iam-tables.ts'
import { shownRootUser } from '../../shared/users.ts'
import { NO_CERTIFICATES, NONE, reportLine, shownFlag, shownTime } from './report-line.ts'
import { keyValues } from './reported-keys.ts'
import type { RowsOfMoment } from './rows-of-moment.ts'

/** The line of the root user, who has no password here. */
export async function rootLine(rows: RowsOfMoment, account: Account): Promise<string> {
  const device = await rows.get(iamMfaDevices, account.id, ROOT_DEVICE)
  const hasDevice = device?.holder?.id === account.id || (account.mfaDevices ?? []).length > 0
  const stored = await rows.get(accounts, account.id)
  const keys = account.accessKeys.map(async ({ accessKeyId }) => ({
    isActive: true,
    changedMilliseconds: stored?.accessKeys.find((key) => key.accessKeyId === accessKeyId)
      ?.createdMilliseconds,
    use: await rows.get(iamKeyUses, accessKeyId),
  }))
  return reportLine({
    user: '<root_account>',
    arn: arnOf(account),
    user_creation_time: shownTime(shownRootUser(account).CreateDate.getTime()),
    password_enabled: shownFlag(false),
    password_last_used: NONE,
    password_last_changed: NONE,
    password_next_rotation: 'not_supported',
    mfa_active: shownFlag(hasDevice),
    ...keyValues(await Promise.all(keys)),
    ...NO_CERTIFICATES,
  })
}
