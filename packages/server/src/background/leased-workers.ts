import type { Clock } from '../base/clock.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { readableRows } from '../metadata/unreadable-rows.ts'
import type { WorkerReport } from './worker.ts'
import { workerLeases } from '../metadata/tables/worker-tables.ts'

/** A worker as the processes that share a store tell of it. */
export interface LeasedWorker {
  readonly name: string
  /** The process that runs it, or ran it last. */
  readonly processId: string
  readonly isAlive: boolean
  readonly done: number
  readonly left: number | undefined
  readonly at: string | undefined
  readonly lastStep: Date | undefined
  readonly failure: string | undefined
}

export async function leasedWorkers(metadata: OrderedStore, clock: Clock): Promise<LeasedWorker[]> {
  const found: LeasedWorker[] = []
  for await (const { parts, row } of readableRows(metadata, workerLeases)) {
    const [name] = parts
    const { processId, untilMilliseconds, report } = row
    const lastStep = report?.lastStepMilliseconds
    found.push({
      name,
      processId,
      isAlive: untilMilliseconds > clock.now().getTime(),
      done: report?.done ?? 0,
      left: report?.left,
      at: report?.at,
      lastStep: lastStep === undefined ? undefined : new Date(lastStep),
      failure: report?.failure,
    })
  }
  return found
}

/** The same of a worker in the one process that has the store. */
export function workerAlone(report: WorkerReport): LeasedWorker {
  const { name, done, left, at, failure, lastStepMilliseconds } = report
  const lastStep = lastStepMilliseconds === undefined ? undefined : new Date(lastStepMilliseconds)
  return { name, processId: '', isAlive: true, done, left, at, lastStep, failure }
}
