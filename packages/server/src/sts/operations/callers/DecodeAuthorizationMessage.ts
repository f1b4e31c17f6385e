import { QueryError } from '../../../model/query-error.ts'
import { defineOperation } from '../../shared/operation.ts'

/**
 * "Only certain Amazon Web Services operations return an encoded authorization message", and none of those that there are here:
 * what S3, IAM, STS and the key service refuse, they refuse in words. So no message can be one that was given. Whoever may not
 * decode any is told that first. Source: AWS STS API Reference, DecodeAuthorizationMessage, and the pages of the operations.
 */
export const DecodeAuthorizationMessage = defineOperation('DecodeAuthorizationMessage', {
  sessions: 'of roles',
  async handle() {
    throw new QueryError('InvalidAuthorizationMessageException', 'Message is not valid')
  },
})
