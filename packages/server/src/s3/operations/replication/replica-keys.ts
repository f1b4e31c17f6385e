import type { ContextKeys } from '../../../access/request-context.ts'
import type { EncryptionRow, ObjectRow } from '../../../metadata/tables/rows.ts'
import { lockConditionKeys } from '../../shared/deciding/lock-condition-keys.ts'
import type { ReplicationRule } from '../../shared/replicating/replication-rules.ts'

/**
 * The condition keys of a replica that is to be. Sources: Service Authorization Reference, ReplicateObject; S3 User Guide,
 * "Replicating encrypted objects", whose role names the keys that replicas may be encrypted with.
 */
export function replicaKeys(
  rule: ReplicationRule,
  { encryption, retention }: ObjectRow,
  now: Date,
): ContextKeys {
  const { eventHold } = retention ?? {}
  const period = eventHold === 'OFF' ? {} : eventHold
  const hold = eventHold && { eventHold: eventHold === 'OFF' ? eventHold : 'ON', ...period }
  return { ...encryptionKeys(rule, encryption), ...(hold && lockConditionKeys(hold, now)) }
}

function encryptionKeys({ keyName }: ReplicationRule, encryption: EncryptionRow | undefined): ContextKeys {
  if (!encryption) return {}
  const { kind } = encryption
  if (kind === 'customer') return { 's3:x-amz-server-side-encryption-customer-algorithm': 'AES256' }
  return {
    's3:x-amz-server-side-encryption': kind,
    ...(kind !== 'AES256' && { 's3:x-amz-server-side-encryption-aws-kms-key-id': keyName }),
  }
}
