import { pairedRatio, spread } from '../base/statistics.ts'
import type { Check, Result } from './workload.ts'

/** The rate of Holdfast against the floor's, round by round. */
export function ratioCheck([floor, server]: readonly Result[], limit: number): Check {
  return { what: 'rate against the floor', figure: ratioOf(server, floor), limit, sense: 'at least' }
}

export function ratioOf(result: Result | undefined, floor: Result | undefined): number {
  return pairedRatio(ratesOf(result), ratesOf(floor))
}

/** How much less CPU the floor needs for the same; undefined where a process is not ours. */
export function cpuRatioOf(result: Result, floor: Result): number | undefined {
  const ours = result.samples.map((sample) => sample.cpuSecondsPerUnit ?? NaN)
  const theirs = floor.samples.map((sample) => sample.cpuSecondsPerUnit ?? NaN)
  const ratio = pairedRatio(theirs, ours)
  return Number.isNaN(ratio) ? undefined : ratio
}

export function cpuPerUnit(result: Result | undefined): number {
  return spread((result?.samples ?? []).map((sample) => sample.cpuSecondsPerUnit ?? NaN)).median
}

/** Of a workload that measures seconds: one unit a sample. */
export function slowestSeconds(result: Result | undefined): number {
  return Math.max(...(result?.samples ?? []).map(({ rate }) => 1 / rate))
}

function ratesOf(result: Result | undefined): number[] {
  return (result?.samples ?? []).map((sample) => sample.rate)
}
