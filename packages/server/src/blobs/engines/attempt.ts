import { StorageFault } from '../../base/storage-fault.ts'

/** What `work` gives; a failing disk becomes a {@link StorageFault} that says what was being done. */
export async function attempt<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw StorageFault.from(error, doing)
  }
}

/** For clearing up after a failure, where a further one would only hide the first. */
export async function ignoringFaults(work: Promise<unknown>): Promise<void> {
  await work.catch(() => {})
}
