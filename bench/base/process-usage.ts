import { readFileSync } from 'node:fs'

/** What the kernel counts in a second of CPU time; fixed at 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

/** CPU seconds of a process and its live children, all threads, ended ones too. Steps of 10 ms. */
export function cpuSeconds(pid: number): number {
  // The name, in parentheses, may itself hold blanks and parentheses.
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[11]) + Number(fields[12])
  return ticks / TICKS_PER_SECOND + sum(children(pid).map(cpuSeconds))
}

/** The most memory a process has held since it started, and its live children theirs. Mapped files count. */
export function peakRssBytes(pid: number): number {
  return memoryOf(pid, 'VmHWM')
}

/**
 * What a process and its live children hold now without the pages of files that they map, which the system takes back
 * when it needs them.
 */
export function ownBytes(pid: number): number {
  return memoryOf(pid, 'RssAnon')
}

/** Source: proc_pid_status(5). */
function memoryOf(pid: number, line: 'VmHWM' | 'RssAnon'): number {
  const [, kibibytes] =
    new RegExp(`^${line}:\\s*(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? []
  return Number(kibibytes) * 1024 + sum(children(pid).map((child) => memoryOf(child, line)))
}

function children(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
