import { QueryError } from '../../../model/query-error.ts'

const ARN = /^arn:[^:]+:[^:]+:[^:]*:[^:]*:./
const ROLE_ARN = /^arn:[^:]+:iam::\d{12}:role\/./

/** Throws ValidationError for what is no ARN, in AWS's words. Of one that is, nobody learns whether there is such a role. */
export function assertArn(arn: string): void {
  if (!ARN.test(arn)) throw new QueryError('ValidationError', `${arn} is invalid`)
}

/** The same for the ARN of anything but a role, where nobody signs: that of the provider, say. */
export function assertRoleArn(arn: string): void {
  assertArn(arn)
  if (!ROLE_ARN.test(arn)) throw new QueryError('ValidationError', 'Request ARN is invalid')
}
