import { readIdentityToken } from '../../../federation/identity-token.ts'
import type { SessionClaims } from '../../../federation/session-claims.ts'
import { invalidIdentityToken } from '../../../federation/token-claims.ts'
import { notImplemented } from '../../../model/query-error.ts'
import { newCredentials } from '../../shared/new-credentials.ts'
import { defineUnsignedOperation } from '../../shared/operation.ts'
import { assertRoleArn } from './role-arn.ts'
import { assumedRoleUser, sessionSeconds } from './role-session.ts'
import { sessionPolicies } from './session-policies.ts'
import { sessionTags } from './session-tags.ts'
import { trustedProvider } from './trusted-provider.ts'
import { keysInSession, roleForWebIdentity } from './web-identity.ts'

/**
 * Temporary credentials of a role, for whom an identity provider vouches that the role's account trusts. What the token asks
 * of the session counts as what others ask for in their request.
 */
export const AssumeRoleWithWebIdentity = defineUnsignedOperation('AssumeRoleWithWebIdentity', {
  async handle(input, { service, conditions }) {
    const { RoleArn, RoleSessionName, WebIdentityToken, ProviderId } = input
    assertRoleArn(RoleArn)
    if (ProviderId !== undefined) throw providerIdRefused(WebIdentityToken)
    const token = readIdentityToken(WebIdentityToken)
    const provider = await trustedProvider(service, RoleArn, token.issuer)
    const claims = await service.identityProviders.verify(token, provider)
    assertRoleNamed(claims, RoleArn)
    const tags = sessionTags({ Tags: claims.tags, TransitiveTagKeys: claims.transitiveTagKeys })
    const asked = { RoleArn, RoleSessionName, SourceIdentity: claims.sourceIdentity, ...tags }
    const role = await roleForWebIdentity(service, conditions, { provider, claims, asked })
    const of = {
      roleId: role.id,
      name: RoleSessionName,
      ...(await sessionPolicies(service, role.account.id, input)),
      ...tags,
      sourceIdentity: claims.sourceIdentity,
      webIdentity: { provider: provider.arn, keys: keysInSession(provider, claims) },
    }
    const issued = await newCredentials(service, role.account.id, sessionSeconds(input, role), of, input)
    return {
      ...issued,
      SubjectFromWebIdentityToken: claims.subject,
      AssumedRoleUser: assumedRoleUser(role, RoleSessionName),
      PackedPolicySize: issued.SessionTokenUtilization,
      // The reference says that it is the issuer; AWS answers the ARN, as in the EKS workshop and many a log.
      Provider: provider.arn,
      Audience: claims.client,
      ...(claims.sourceIdentity !== undefined && { SourceIdentity: claims.sourceIdentity }),
    }
  },
})

/** It is for OAuth 2.0 access tokens of Amazon and Facebook alone, which have no meaning here. */
function providerIdRefused(token: string): Error {
  return token.split('.').length === 3
    ? invalidIdentityToken('ProviderId must not be given with an OpenID Connect token.')
    : notImplemented('ProviderId')
}

/** A provider may say which roles a token is for. */
function assertRoleNamed({ roles }: SessionClaims, roleArn: string): void {
  if (!roles || roles.includes(roleArn)) return
  throw invalidIdentityToken('The token is not for this role.')
}
