import type { JobRow } from '../../metadata/tables/job-tables.ts'

/** A job that has done nothing yet. */
export function jobRow(status: JobRow['status'], more: Partial<JobRow> = {}): JobRow {
  return {
    createdMilliseconds: 1,
    status,
    priority: 1,
    roleArn: 'role',
    isConfirmed: true,
    request: '{}',
    succeededTasks: 0,
    failedTasks: 0,
    activeMilliseconds: 0,
    ...more,
  }
}
