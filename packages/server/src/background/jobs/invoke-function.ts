import { decideOnService } from '../../access/decide-on-service.ts'
import { momentKeys } from '../../access/global-keys.ts'
import { accountOf } from '../../access/principal.ts'
import { principalKeys } from '../../access/principal-keys.ts'
import { RequestContext } from '../../access/request-context.ts'
import type { JobTask } from '../../metadata/tables/job-tables.ts'
import { isDirectoryBucketName } from '../../model/directory-bucket-name.ts'
import { S3Error } from '../../model/s3-error.ts'
import type { JobOperation } from '../../model/types.gen.ts'
import { functionOfJob } from '../../s3/operations/jobs/function-of-job.ts'
import { DeliveryFailure } from '../../s3/shared/announcing/event-sender.ts'
import type { Invocation } from '../../s3/shared/announcing/functions.ts'
import type { TaskFailure } from './job-report.ts'
import type { JobSession } from './perform-as.ts'

type Call = NonNullable<JobOperation['LambdaInvoke']>

/** Before a task is called for again that failed temporarily. Ours: AWS does not tell how often it does. */
const PAUSES_MILLISECONDS = [1000, 2000, 4000, 8000]
/** What a report tells of a task. Ours. */
const MOST_RESULT_LENGTH = 1024

/** A task that a function did not do. */
export class InvocationFailure extends Error implements TaskFailure {
  override readonly name = 'InvocationFailure'
  /** As S3's reports have it: that of Lambda's answer. */
  readonly status = 200
  readonly code: 'PermanentFailure' | 'TemporaryFailure'

  constructor(code: InvocationFailure['code'], message: string) {
    super(message)
    this.code = code
  }
}

/**
 * Calls a job's function for one task, again where that failed for now, and returns what the report tells of it. Throws AccessDenied where the role may not,
 * {@link InvocationFailure} for what the function says. Source: S3 User Guide, "Invoke AWS Lambda function".
 */
export async function invokeFunction(session: JobSession, call: Call, task: JobTask): Promise<string> {
  const { service, signal } = session
  for (let attempt = 0; ; attempt++) {
    const { code, text } = await attemptCall(session, call, task)
    if (code === 'Succeeded') return text
    const pause = code === 'TemporaryFailure' ? PAUSES_MILLISECONDS[attempt] : undefined
    if (pause === undefined) throw new InvocationFailure(code, text)
    await service.clock.sleep(pause, signal)
  }
}

async function attemptCall(session: JobSession, call: Call, task: JobTask): Promise<Outcome> {
  const { service, caller, signal } = session
  let arn: string
  try {
    arn = functionOfJob(service, call, accountOf(caller.principal)?.id ?? '')
  } catch (error) {
    if (!(error instanceof S3Error)) throw error
    // Amid a reload another worker may know it, with which the job was made.
    return { code: 'TemporaryFailure', text: error.message }
  }
  assertMayInvoke(session, arn)
  const { payload, taskId } = payloadOf(session, call, task)
  return outcomeOf(service.eventDestinations.functions.invoke(arn, payload, signal), taskId)
}

/** The function's own side is the config's: it lets the account use it, or it is not there. */
function assertMayInvoke({ service, caller }: JobSession, resource: string): void {
  const now = service.clock.now()
  const accountId = accountOf(caller.principal)?.id ?? ''
  const context = new RequestContext(() => [
    ...momentKeys(now, service.settings.region),
    ...principalKeys(caller, now),
    ['aws:SecureTransport', 'true'],
  ])
  const decision = decideOnService({ caller, action: 'lambda:InvokeFunction', resource, accountId, context })
  if (!decision.allowed) throw new S3Error('AccessDenied', {}, { cause: decision })
}

/** What a function is called with. In version 1.0 the bucket is an ARN, which those of directories have none of that functions expect. */
function payloadOf(
  { service, jobId }: JobSession,
  { InvocationSchemaVersion: invocationSchemaVersion = '1.0', UserArguments: userArguments }: Call,
  [bucketName, key, versionId]: JobTask,
) {
  const isFirst = invocationSchemaVersion === '1.0'
  if (isFirst && isDirectoryBucketName(bucketName)) {
    const message = 'Functions for directory buckets take InvocationSchemaVersion 2.0'
    throw new S3Error('InvalidRequest', {}, { message })
  }
  const taskId = service.random.bytes(16).toString('base64url')
  const payload = {
    invocationSchemaVersion,
    invocationId: service.random.bytes(32).toString('base64url'),
    job: { id: jobId, ...(!isFirst && { userArguments: userArguments ?? {} }) },
    tasks: [
      {
        taskId,
        s3Key: encodedKey(key),
        s3VersionId: versionId ?? null,
        ...(isFirst ? { s3BucketArn: `arn:aws:s3:::${bucketName}` } : { s3Bucket: bucketName }),
      },
    ],
  }
  return { payload: JSON.stringify(payload), taskId }
}

/** Reads the same for a function that takes `+` for a space and for one that does not: AWS's own examples are of both kinds. */
function encodedKey(key: string): string {
  return encodeURIComponent(key).replaceAll('%2F', '/')
}

interface Outcome {
  readonly code: 'Succeeded' | InvocationFailure['code']
  readonly text: string
}

async function outcomeOf(invocation: Promise<Invocation>, taskId: string): Promise<Outcome> {
  try {
    const { code, text } = outcomeOfAnswer(await invocation, taskId)
    return { code, text: text.slice(0, MOST_RESULT_LENGTH).toWellFormed() }
  } catch (error) {
    if (!(error instanceof DeliveryFailure)) throw error
    const code = error.kind === 'refused' ? 'PermanentFailure' : 'TemporaryFailure'
    return { code, text: `The function could not be called: ${error.message}` }
  }
}

/** Source: the same page, "Response and result codes"; the words are those of the examples of reports. */
function outcomeOfAnswer({ payload, isError }: Invocation, taskId: string): Outcome {
  if (isError) return { code: 'PermanentFailure', text: `Lambda returned function error: ${payload}` }
  const { results, treatMissingKeysAs } = membersOf(parsed(payload))
  if (!Array.isArray(results))
    return { code: 'PermanentFailure', text: 'Invalid JSON returned in Lambda payload' }
  const result = results.map(membersOf).find((each) => each['taskId'] === taskId)
  if (!result)
    return { code: codeOf(treatMissingKeysAs), text: 'The function returned no result of the task' }
  const { resultCode, resultString } = result
  // Functions in Python return None where they have nothing to say.
  const said = resultString ?? ''
  return { code: codeOf(resultCode), text: typeof said === 'string' ? said : JSON.stringify(said) }
}

function codeOf(told: unknown): Outcome['code'] {
  return told === 'Succeeded' || told === 'TemporaryFailure' ? told : 'PermanentFailure'
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload)
  } catch {
    return undefined
  }
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
