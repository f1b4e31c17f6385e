import type { JobRow } from '../../../metadata/tables/job-tables.ts'

/** What DescribeJob and ListJobs both tell. */
export function jobMembers(jobId: string, row: JobRow) {
  const { totalTasks, terminatedMilliseconds } = row
  return {
    JobId: jobId,
    Description: row.description,
    Priority: row.priority,
    Status: row.status,
    CreationTime: new Date(row.createdMilliseconds),
    ...(terminatedMilliseconds !== undefined && { TerminationDate: new Date(terminatedMilliseconds) }),
    ProgressSummary: {
      TotalNumberOfTasks: totalTasks ?? 0,
      NumberOfTasksSucceeded: row.succeededTasks,
      NumberOfTasksFailed: row.failedTasks,
      Timers: { ElapsedTimeInActiveSeconds: Math.floor(row.activeMilliseconds / 1000) },
    },
  }
}
