import type { AccessRule } from '../../../access/access-rule.ts'

/** What PutObjectAcl asks for, and replication that changes the ACL of a version that is no replica. */
export const PUT_OBJECT_ACL: AccessRule = {
  action: 's3:PutObjectAcl',
  versionedAction: 's3:PutObjectVersionAcl',
  on: 'object',
  acl: { on: 'object', grant: 'WRITE_ACP' },
}
