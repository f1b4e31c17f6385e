import { StorageFault } from '../../../base/storage-fault.ts'
import { RadosError } from './rados-error.ts'

/** What a cluster answers, or a client that waits for one in vain, while something is amiss that others see to. */
const PASSING = new Set([
  'ETIMEDOUT',
  'EAGAIN',
  'EBUSY',
  'ENOTCONN',
  'ECONNRESET',
  'EHOSTUNREACH',
  // Another client takes its place (rados-pool.ts).
  'ESHUTDOWN',
])

/** As `StorageFault.from`; a cluster that does not answer in time passes. */
export function radosFault(error: unknown, doing: string): StorageFault {
  const fault = StorageFault.from(error, doing)
  if (!(fault.cause instanceof RadosError) || !PASSING.has(fault.cause.code)) return fault
  return new StorageFault(fault.kind, fault.message, { cause: fault.cause, passes: true })
}

/** What `work` gives; an error of Ceph becomes a {@link StorageFault} that says what was being done. */
export async function attempt<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw radosFault(error, doing)
  }
}
