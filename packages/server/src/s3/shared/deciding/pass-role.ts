import { decideOnService } from '../../../access/decide-on-service.ts'
import { connectionKeys, momentKeys } from '../../../access/global-keys.ts'
import { accountOf } from '../../../access/principal.ts'
import { principalKeys } from '../../../access/principal-keys.ts'
import { RequestContext } from '../../../access/request-context.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { OperationContext } from '../service/operation.ts'

const ROLE_ARN = /^arn:aws[a-z-]*:iam::(\d{12}):role\/[\x21-\x7e]{1,576}$/

/**
 * Throws InvalidArgument for what is no role's ARN, AccessDenied where the caller may not let S3 act as that role. Source: S3 User
 * Guide, "Setting up permissions for live replication" and "Granting permissions for Batch Operations": it takes iam:PassRole.
 */
export async function assertMayPassRole(
  { service, caller, facts, head }: OperationContext,
  arn: string,
  passedTo = 's3.amazonaws.com',
): Promise<void> {
  const [, accountId] = ROLE_ARN.exec(arn) ?? []
  if (accountId === undefined) {
    const fields = { ArgumentName: 'Role', ArgumentValue: arn }
    throw new S3Error('InvalidArgument', fields, { message: 'Invalid Role ARN' })
  }
  // Source: IAM User Guide, "Granting a user permissions to pass a role to an AWS service": not those of other accounts.
  if (accountOf(caller.principal)?.id !== accountId) {
    throw new S3Error('AccessDenied', {}, { message: 'Cross-account pass role is not allowed.' })
  }
  const now = service.clock.now()
  const context = new RequestContext(() => [
    ...momentKeys(now, service.settings.region),
    ...principalKeys(caller, now),
    ...connectionKeys(facts, head.headers),
    ['aws:ResourceAccount', accountId],
    ['iam:PassedToService', passedTo],
  ])
  const action = 'iam:PassRole'
  const decision = decideOnService({ caller, action, resource: arn, accountId, context })
  if (!decision.allowed) throw new S3Error('AccessDenied', {}, { cause: decision })
}
