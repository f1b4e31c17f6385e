import { KmsError } from '../../kms/shared/kms-error.ts'
import { S3Error } from '../../model/s3-error.ts'
import { ReplicationFailure } from '../../s3/operations/replication/replication-failure.ts'
import { InvocationFailure } from './invoke-function.ts'
import type { TaskFailure, TaskOutcome } from './job-report.ts'

/**
 * What became of a task. Throws what is no refusal, unless it was tried for long enough, and whatever it failed with once the server ends:
 * what was cut off may look like no answer.
 */
export async function outcomeOf(
  task: () => Promise<string | undefined>,
  { isLastTry, signal }: { readonly isLastTry: boolean; readonly signal: AbortSignal },
): Promise<TaskOutcome> {
  try {
    return { result: await task() }
  } catch (error) {
    if (signal.aborted) throw error
    if (isRefusal(error) || isLastTry) return { failure: refusalOf(error) }
    throw error
  }
}

/** Whether it would be the same the next time: who asks for what is not here is refused as well. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof S3Error) return error.status < 500 || error.code === 'NotImplemented'
  return (
    error instanceof KmsError || error instanceof ReplicationFailure || error instanceof InvocationFailure
  )
}

/** What a job or task is said to have failed with. */
export function refusalOf(error: unknown): TaskFailure {
  if (error instanceof S3Error || error instanceof InvocationFailure) return error
  // S3 has them as errors of its own, with whatever reason.
  if (error instanceof ReplicationFailure)
    return { status: 500, code: error.reason, message: 'Object is not replicated' }
  if (error instanceof KmsError)
    return new S3Error('AccessDenied', {}, { message: error.message, cause: error })
  return new S3Error('InternalError', {}, { cause: error })
}
