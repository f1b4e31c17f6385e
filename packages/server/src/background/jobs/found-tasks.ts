import type { JobTask } from '../../metadata/tables/job-tables.ts'
import { S3Error } from '../../model/s3-error.ts'

/** `undefined`: others may have their turn, and whoever cancels the job. */
export type FoundTasks = AsyncGenerator<JobTask | undefined>

/** The same tasks. Throws InvalidRequest where there are more than `most`. */
export async function* atMost(most: number, found: FoundTasks): FoundTasks {
  let count = 0
  for await (const task of found) {
    if (task && ++count > most)
      throw new S3Error('InvalidRequest', {}, { message: `A job has ${most} tasks at the most` })
    yield task
  }
}
