import { DecodeAuthorizationMessage } from './operations/callers/DecodeAuthorizationMessage.ts'
import { GetAccessKeyInfo } from './operations/callers/GetAccessKeyInfo.ts'
import { GetCallerIdentity } from './operations/callers/GetCallerIdentity.ts'
import { AssumeRole } from './operations/sessions/AssumeRole.ts'
import { AssumeRoleWithWebIdentity } from './operations/sessions/AssumeRoleWithWebIdentity.ts'
import { GetFederationToken } from './operations/sessions/GetFederationToken.ts'
import { GetScopedCredentials } from './operations/sessions/GetScopedCredentials.ts'
import { GetSessionToken } from './operations/sessions/GetSessionToken.ts'
import type { StsOperation, UnsignedOperation } from './shared/operation.ts'

/** Every operation of STS that is signed, by its name; all others of its model answer NotImplemented. */
export const stsOperations: ReadonlyMap<string, StsOperation> = new Map(
  [
    AssumeRole,
    DecodeAuthorizationMessage,
    GetAccessKeyInfo,
    GetCallerIdentity,
    GetFederationToken,
    GetScopedCredentials,
    GetSessionToken,
  ].map((operation) => [operation.name, operation]),
)

/** Those that nobody signs; a signature does no harm. */
export const unsignedStsOperations: ReadonlyMap<string, UnsignedOperation> = new Map(
  [AssumeRoleWithWebIdentity].map((operation) => [operation.name, operation]),
)
