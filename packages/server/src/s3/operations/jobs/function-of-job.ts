import { functionArn } from '../../../model/function-arn.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { JobOperation } from '../../../model/types.gen.ts'
import type { S3Service } from '../../shared/service/service.ts'

/**
 * The function that a job of an account calls. Throws InvalidRequest where there is none, or none that this account may use. What
 * buckets may send events to and jobs may call is in the config, in the place of the policy that a function has on AWS.
 */
export function functionOfJob(
  { settings, eventDestinations }: Pick<S3Service, 'settings' | 'eventDestinations'>,
  { FunctionArn = '' }: NonNullable<JobOperation['LambdaInvoke']>,
  accountId: string,
): string {
  const arn = functionArn(FunctionArn, { region: settings.region, accountId })
  if (arn === undefined) throw invalid('FunctionArn has to be the ARN or the name of a function')
  const { functions, admits } = eventDestinations
  const configured = functions.find(arn)
  if (configured === undefined || !admits(configured, accountId))
    throw invalid(`The config has no function ${arn} for this account (notifications.destinations)`)
  return arn
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidRequest', {}, { message })
}
