import { AdministrationError, invalidRequest } from '../administration-error.ts'
import { denialFor } from '../denials.ts'
import { defineOperation } from '../operation.ts'

/** Why a request of the recent past was refused: for the account that sent it, and for the owner of its bucket. */
export const GetDenial = defineOperation('GetDenial', {
  path: '/-/denials',
  isOfServer: false,
  parameters: ['requestId'],
  async handle({ service, caller, query, seesAll }) {
    const requestId = query.get('requestId')
    if (requestId === null) throw invalidRequest('requestId is missing: x-amz-request-id of the answer')
    const found = await service.denial(requestId)
    const denial = found && denialFor(found, caller.account.id, seesAll)
    if (denial) return { denial }
    const message = 'No request of this id is among the last that were refused, or it is none of this account'
    throw new AdministrationError('NotFound', message)
  },
})
