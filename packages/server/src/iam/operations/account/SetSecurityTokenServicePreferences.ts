import { notImplemented } from '../../../model/query-error.ts'
import { defineOperation } from '../../shared/operation.ts'

/**
 * Tokens of sessions are good in every region, which is version 2, and remain so: templates ask for it as a matter of course. Tokens that
 * are good in some regions alone there are none.
 */
export const SetSecurityTokenServicePreferences = defineOperation('SetSecurityTokenServicePreferences', {
  resource: () => '*',
  handle({ GlobalEndpointTokenVersion }) {
    if (GlobalEndpointTokenVersion === 'v2Token') return Promise.resolve({})
    throw notImplemented(`GlobalEndpointTokenVersion ${GlobalEndpointTokenVersion}`)
  },
})
