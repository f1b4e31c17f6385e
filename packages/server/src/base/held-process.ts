import { readFile } from 'node:fs/promises'

const HELD = new Set(['D', 'T', 't'])

/** Whether a process's first thread sleeps without hearing signals, as for a disk, or is stopped. Source: proc_pid_stat(5). */
export async function isHeld(processId: number): Promise<boolean> {
  // No such file on other systems than Linux.
  const stat = await readFile(`/proc/${processId}/stat`, 'latin1').catch(() => '')
  return HELD.has(stat.slice(stat.lastIndexOf(')') + 2)[0] ?? '')
}
