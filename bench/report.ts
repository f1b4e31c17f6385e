import { cpuRatioOf, latencyOf, ratioOf } from './setting/checks.ts'
import { spread } from './base/statistics.ts'
import type { Check, Measure, Result, Workload } from './setting/workload.ts'

export interface Report {
  readonly workload: Pick<Workload, 'name' | 'about' | 'measure'>
  readonly results: readonly Result[]
  readonly checks: readonly Check[]
}

export const COLUMNS = [
  'workload',
  'contender',
  'median',
  'min–max',
  'of the floor',
  'CPU',
  'floor’s CPU of it',
  'p50',
  'p99',
  'peak RSS (own)',
  'target',
]

/** The figures of a workload, a row for each contender. */
export function rowsOf({ workload, results, checks }: Report): string[][] {
  const [floor] = results
  return results.map((result, index) => {
    const isFloor = result === floor
    const rate = spread(result.samples.map((sample) => displayed(workload.measure, sample.rate)))
    const cpu = spread(result.samples.map((sample) => sample.cpuSecondsPerUnit ?? NaN)).median
    const cpuRatio = isFloor || floor === undefined ? undefined : cpuRatioOf(result, floor)
    return [
      index === 0 ? workload.name : '',
      result.contender + clientNote(result),
      `${compact(rate.median)} ${UNITS[workload.measure]}`,
      `${compact(rate.min)}–${compact(rate.max)}`,
      isFloor ? '' : workload.measure === 'seconds' ? '' : ratioOf(result, floor).toFixed(2),
      Number.isNaN(cpu) ? '' : displayedCpu(workload.measure, cpu),
      cpuRatio === undefined ? '' : cpuRatio.toFixed(2),
      ...(['p50', 'p99'] as const).map((which) => displayedLatency(result, which)),
      displayedMemory(result),
      index === 1 ? checks.map(verdict).join('; ') : comparison(result, results),
    ]
  })
}

function displayedMemory({ peakRssBytes, peakOwnBytes }: Result): string {
  if (peakRssBytes === undefined || peakOwnBytes === undefined) return ''
  return `${Math.round(peakRssBytes / 1e6)} MB (${Math.round(peakOwnBytes / 1e6)})`
}

function displayedLatency(result: Result, which: 'p50' | 'p99'): string {
  const milliseconds = latencyOf(result, which)
  return Number.isNaN(milliseconds) ? '' : `${compact(milliseconds)} ms`
}

/** Holdfast against another server, or against a Holdfast that has lived. */
function comparison(result: Result, [, server]: readonly Result[]): string {
  if (!result.isCompared || server === undefined) return ''
  const cpu = cpuRatioOf(result, server)
  const ofCpu = cpu === undefined ? '' : `, ${cpu.toFixed(2)} of its CPU`
  return `Holdfast is at ${ratioOf(server, result).toFixed(2)} of its rate${ofCpu}`
}

const UNITS: Record<Measure, string> = { requests: '/s', bytes: 'MB/s', seconds: 'ms' }

function displayed(measure: Measure, rate: number): number {
  if (measure === 'bytes') return rate / 1e6
  return measure === 'seconds' ? 1000 / rate : rate
}

function displayedCpu(measure: Measure, cpuSecondsPerUnit: number): string {
  if (measure === 'bytes') return `${(cpuSecondsPerUnit * 1e9).toFixed(2)} s/GB`
  const microseconds = cpuSecondsPerUnit * 1e6
  return microseconds < 1000 ? `${microseconds.toFixed(1)} µs` : `${(microseconds / 1000).toFixed(2)} ms`
}

/** Where the client itself was near a whole core, the figure is a lower bound. */
function clientNote({ samples }: Result): string {
  const load = spread(samples.map((sample) => sample.clientLoad ?? 0)).median
  return load > 0.9 ? ' (client at its limit)' : ''
}

export function reached({ figure, limit, sense }: Check): boolean {
  return sense === 'at least' ? figure >= limit : figure <= limit
}

export function verdict(check: Check): string {
  const sign = check.sense === 'at least' ? '≥' : '≤'
  return `${check.what} ${compact(check.figure)} ${sign} ${check.limit}: ${reached(check) ? 'reached' : 'missed'}`
}

/** Three or more significant digits. */
export function compact(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en')
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2)
}

export function terminalTable(rows: readonly string[][]): string {
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column < 2 || column === row.length - 1
          ? cell.padEnd(widths[column] ?? 0)
          : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd()
  return rows.map(line).join('\n')
}

export function markdownTable(rows: readonly string[][]): string {
  const [header = [], ...body] = rows
  const alignment = header.map((_, column) => (column < 2 || column === header.length - 1 ? '---' : '---:'))
  return [header, alignment, ...body].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

const BEGIN = '<!-- figures: written by npm run bench -- --write -->'
const END = '<!-- end of figures -->'

/** Puts text between the markers of a page. Throws where the page lacks them. */
export function withFigures(page: string, figures: string): string {
  const begin = page.indexOf(BEGIN)
  const end = page.indexOf(END)
  if (begin === -1 || end < begin) throw new Error(`the page lacks ${BEGIN} … ${END}`)
  return `${page.slice(0, begin + BEGIN.length)}\n\n${figures}\n\n${page.slice(end)}`
}
