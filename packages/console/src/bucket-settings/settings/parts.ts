import { settingPartTexts } from '../../texts/settings/common.ts'
import { choice, text } from '../shape.ts'

/** What several settings have. */
export const STATUS = choice('Status', settingPartTexts.status, settingPartTexts.statuses)

export const PREFIX = text('Filter/Prefix', settingPartTexts.prefix, { staysEmpty: true })

export const STORAGE_CLASSES = Object.fromEntries(
  ['STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE'].map(
    (name) => [name, name],
  ),
)
