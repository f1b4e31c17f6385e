/** The ARN that a virtual MFA device has in place of a serial number. `pathAndName`: `/path/name` or `/name`. */
export function mfaSerialNumber(accountId: string, pathAndName: string): string {
  return `arn:aws:iam::${accountId}:mfa${pathAndName}`
}

/** The path and name of a device of that account; `undefined` for every other text. */
export function pathAndNameOf(accountId: string, serialNumber: string): string | undefined {
  const begin = mfaSerialNumber(accountId, '')
  return serialNumber.startsWith(`${begin}/`) ? serialNumber.slice(begin.length) : undefined
}

/** What AWS calls the root user's; here nobody else can have it. */
export const ROOT_DEVICE = '/root-account-mfa-device'
