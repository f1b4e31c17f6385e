import { DAY_MILLISECONDS } from '../../../base/day.ts'
import { changeKey } from '../../shared/change-key.ts'
import { keyName } from '../../shared/common-inputs.ts'
import { seconds } from '../../shared/key-metadata.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members, optional, whole } from '../../shared/read-input.ts'

/** Source: AWS KMS API Reference, ScheduleKeyDeletion. */
const DEFAULT_DAYS = 30

const input = members({ KeyId: keyName, PendingWindowInDays: optional(whole({ least: 7, most: 30 })) })

export const ScheduleKeyDeletion = defineKeyOperation('ScheduleKeyDeletion', {
  input,
  usable: 'not pending deletion',
  keys: ({ PendingWindowInDays = DEFAULT_DAYS }) => ({
    'kms:ScheduleKeyDeletionPendingWindowInDays': String(PendingWindowInDays),
  }),
  async handle({ PendingWindowInDays = DEFAULT_DAYS }, key, { service }) {
    const deletionMilliseconds = service.clock.now().getTime() + PendingWindowInDays * DAY_MILLISECONDS
    await changeKey(service, key, (row) => ({ ...row, state: 'PendingDeletion', deletionMilliseconds }))
    const DeletionDate = seconds(deletionMilliseconds)
    return { KeyId: key.arn, DeletionDate, KeyState: 'PendingDeletion', PendingWindowInDays }
  },
})
