import { type AccessRule, WRITES_DIRECTORY } from '../../../access/access-rule.ts'

/** What deleting one object asks for, alone or among others. */
export const DELETE_OBJECT: AccessRule = {
  action: 's3:DeleteObject',
  versionedAction: 's3:DeleteObjectVersion',
  on: 'object',
  acl: { on: 'bucket', grant: 'WRITE' },
  directory: WRITES_DIRECTORY,
}
