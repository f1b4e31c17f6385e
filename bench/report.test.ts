import { expect, test } from 'vitest'
import { markdownTable, reached, rowsOf, terminalTable, verdict, withFigures } from './report.ts'
import type { Result, Sample } from './setting/workload.ts'

const sample = (rate: number, cpuSecondsPerUnit: number): Sample => ({
  rate,
  cpuSecondsPerUnit,
  latency: { p50: 1, p99: 2 },
  clientLoad: undefined,
})
const floor: Result = {
  contender: 'floor',
  isCompared: false,
  samples: [sample(1000, 1e-5), sample(2000, 1e-5)],
  peakRssBytes: 50e6,
  peakOwnBytes: 20e6,
}
const server: Result = {
  contender: 'Holdfast',
  isCompared: false,
  samples: [sample(600, 2e-5), sample(800, 2e-5)],
  peakRssBytes: 90e6,
  peakOwnBytes: 40e6,
}
const check = { what: 'rate against the floor', figure: 0.5, limit: 0.5, sense: 'at least' } as const
const report = {
  workload: { name: 'get-1k', about: '', measure: 'requests' },
  results: [floor, server],
  checks: [check],
} as const

test('a row for each contender, with ratios for all but the floor and the targets beside Holdfast', () => {
  expect(rowsOf(report)).toEqual([
    ['get-1k', 'floor', '1,500 /s', '1,000–2,000', '', '10.0 µs', '', '1.00 ms', '2.00 ms', '50 MB (20)', ''],
    [
      '',
      'Holdfast',
      '700 /s',
      '600–800',
      '0.50',
      '20.0 µs',
      '0.50',
      '1.00 ms',
      '2.00 ms',
      '90 MB (40)',
      verdict(check),
    ],
  ])
})

test('bytes are shown in MB/s and CPU seconds per GB, starts in milliseconds without a ratio', () => {
  const bytes = rowsOf({
    ...report,
    workload: { ...report.workload, measure: 'bytes' },
    results: [{ ...floor, samples: [sample(1.5e9, 3e-10)] }],
  })
  expect(bytes[0]?.slice(2, 6)).toEqual(['1,500 MB/s', '1,500–1,500', '', '0.30 s/GB'])
  const seconds = rowsOf({
    ...report,
    workload: { ...report.workload, measure: 'seconds' },
    results: [floor, { ...server, samples: [sample(4, NaN)] }],
  })
  expect(seconds[1]?.slice(2, 6)).toEqual(['250 ms', '250–250', '', ''])
})

test('an endpoint that is not ours has neither CPU nor memory, and Holdfast is compared with it', () => {
  const theirs = { ...sample(500, 0), cpuSecondsPerUnit: undefined }
  const other: Result = {
    contender: 'other',
    isCompared: true,
    samples: [theirs, theirs],
    peakRssBytes: undefined,
    peakOwnBytes: undefined,
  }
  const row = rowsOf({ ...report, results: [floor, server, other] })[2]
  const comparison = 'Holdfast is at 1.40 of its rate'
  expect(row).toEqual([
    '',
    'other',
    '500 /s',
    '500–500',
    '0.38',
    '',
    '',
    '1.00 ms',
    '2.00 ms',
    '',
    comparison,
  ])
})

test('a client that used its whole core is named', () => {
  const busy = { ...server, samples: [{ ...sample(1, 1), clientLoad: 0.97 }] }
  expect(rowsOf({ ...report, results: [floor, busy] })[1]?.[1]).toBe('Holdfast (client at its limit)')
})

test('targets are reached or missed at their limit', () => {
  expect(reached(check)).toBe(true)
  expect(reached({ ...check, figure: 0.499 })).toBe(false)
  expect(verdict({ ...check, figure: 3.9, limit: 4, sense: 'at most' })).toContain('3.90 ≤ 4: reached')
  expect(verdict({ ...check, figure: Number.NaN })).toContain('missed')
})

test('tables', () => {
  const rows = [
    ['a', 'b', 'c'],
    ['1', '22', '3'],
  ]
  expect(markdownTable(rows)).toBe('| a | b | c |\n| --- | --- | --- |\n| 1 | 22 | 3 |')
  expect(terminalTable(rows)).toBe('a  b   c\n1  22  3')
})

test('figures go between the markers, once and again', () => {
  const page =
    '# Performance\n<!-- figures: written by npm run bench -- --write -->\nold\n<!-- end of figures -->\nend\n'
  const once = withFigures(page, 'new')
  expect(once).toContain('-->\n\nnew\n\n<!--')
  expect(once).not.toContain('old')
  expect(withFigures(once, 'new')).toBe(once)
  expect(() => withFigures('# nothing', 'new')).toThrow('lacks')
})
