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

const UNITS_IN_SECONDS = { µs: 1e-6, ms: 1e-3, 's/GB': 1e-9 }

/** What a request or a GB may cost of CPU, and which part of MinIO's cost that is. */
export interface CpuTarget {
  readonly limit: number
  readonly unit: keyof typeof UNITS_IN_SECONDS
  readonly ofMinio: number
}

/** Seconds differ from day to day, so where a server named `minio` takes turns the part of its CPU is told as well. */
export function cpuChecks(results: readonly Result[], { limit, unit, ofMinio }: CpuTarget): Check[] {
  const [, server] = results
  const minio = results.find(({ contender }) => contender === 'minio')
  const figure = cpuPerUnit(server) / UNITS_IN_SECONDS[unit]
  const check = { what: `CPU, ${unit}`, figure, limit, sense: 'at most' } as const
  const ratio = server && minio && cpuRatioOf(minio, server)
  if (ratio === undefined) return [check]
  return [
    check,
    { what: 'CPU of MinIO’s', figure: ratio, limit: Number(ofMinio.toFixed(3)), sense: 'at most' },
  ]
}

/** The median over the rounds, in milliseconds. */
export function latencyOf(result: Result | undefined, which: 'p50' | 'p99'): number {
  return spread((result?.samples ?? []).map(({ latency }) => latency?.[which] ?? NaN)).median
}

/** Of a workload that measures seconds: one unit a sample. */
export function slowestSeconds(result: Result | undefined): number {
  return Math.max(...(result?.samples ?? []).map(({ rate }) => 1 / rate))
}

function ratesOf(result: Result | undefined): number[] {
  return (result?.samples ?? []).map((sample) => sample.rate)
}
