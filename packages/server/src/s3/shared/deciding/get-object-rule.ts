import { type AccessRule, READS_DIRECTORY } from '../../../access/access-rule.ts'

/** What reading an object asks for, for operations that read besides what they do themselves. */
export const GET_OBJECT: AccessRule = {
  action: 's3:GetObject',
  versionedAction: 's3:GetObjectVersion',
  on: 'object',
  acl: { on: 'object', grant: 'READ' },
  directory: READS_DIRECTORY,
}
