import { readFile } from 'node:fs/promises'

/** The ids of the processes that one has started. Linux alone tells them so. */
export async function childrenOf(processId: number): Promise<number[]> {
  const text = await readFile(`/proc/${processId}/task/${processId}/children`, 'utf8')
  return text.split(' ').filter(Boolean).map(Number)
}
