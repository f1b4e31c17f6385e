/** Source: IAM User Guide, "Generate credential reports for your AWS account", "Understanding the report format". */
const COLUMNS = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  'password_next_rotation',
  'mfa_active',
  'access_key_1_active',
  'access_key_1_last_rotated',
  'access_key_1_last_used_date',
  'access_key_1_last_used_region',
  'access_key_1_last_used_service',
  'access_key_2_active',
  'access_key_2_last_rotated',
  'access_key_2_last_used_date',
  'access_key_2_last_used_region',
  'access_key_2_last_used_service',
  'cert_1_active',
  'cert_1_last_rotated',
  'cert_2_active',
  'cert_2_last_rotated',
  'additional_credentials_info',
] as const

export type ReportValues = Readonly<Record<(typeof COLUMNS)[number], string>>

/** Not applicable. */
export const NONE = 'N/A'

/** There are no signing certificates here. */
export const NO_CERTIFICATES = {
  cert_1_active: 'false',
  cert_1_last_rotated: NONE,
  cert_2_active: 'false',
  cert_2_last_rotated: NONE,
} as const

export const REPORT_HEAD = COLUMNS.join(',')

export function reportLine(values: ReportValues): string {
  return COLUMNS.map((column) => cell(values[column])).join(',')
}

/** As reports of AWS spell it, which readers of them expect: they say `TRUE` in the guide alone. */
export function shownFlag(flag: boolean): string {
  return String(flag)
}

/** To the second and in UTC, as reports of AWS have it. */
export function shownTime(milliseconds: number | undefined, otherwise = NONE): string {
  if (milliseconds === undefined) return otherwise
  return `${new Date(milliseconds).toISOString().slice(0, 19)}+00:00`
}

/** Names may have commas, and paths quotation marks too. Source: RFC 4180, section 2. */
function cell(value: string): string {
  return /[",]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}
