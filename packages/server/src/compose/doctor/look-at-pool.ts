import type { Patient } from './patient.ts'

/** Whether the pool of Ceph can be reached that the blobs are in. Throws what a start would. */
export async function lookAtPool({ config: { blobs }, dataDirectory }: Patient): Promise<void> {
  if (blobs.engine !== 'ceph') return
  const { markOfPool } = await import('../open-pool.ts')
  await markOfPool(blobs, dataDirectory)
}
