import { expect, it } from 'vitest'
import { type Metrics, quantile, ratePerSecond, sumOf } from './metrics.ts'

function at(
  second: number,
  samples: readonly (readonly [string, Record<string, string>, number])[],
): Metrics {
  const time = new Date(second * 1000).toISOString()
  return {
    time,
    families: [{ name: 'x', samples: samples.map(([name, labels, value]) => ({ name, labels, value })) }],
  }
}

const bucket = (le: string, value: number) => ['t_bucket', { le }, value] as const

it('counts per second, over all processes, and never below nothing', () => {
  const before = at(0, [
    ['n', { status: '200', process: '1' }, 5],
    ['n', { status: '500', process: '2' }, 1],
  ])
  const after = at(2, [
    ['n', { status: '200', process: '1' }, 9],
    ['n', { status: '500', process: '2' }, 3],
  ])
  expect(sumOf(after, 'n')).toBe(12)
  expect(ratePerSecond(before, after, 'n')).toBe(3)
  expect(ratePerSecond(before, after, 'n', ({ status }) => status === '500')).toBe(1)
  expect(ratePerSecond(after, { ...before, time: after.time }, 'n')).toBe(0)
})

it('tells the bucket in which a share of what came between is', () => {
  const before = at(0, [bucket('0.1', 100), bucket('1', 100), bucket('+Inf', 100)])
  const after = at(1, [bucket('0.1', 109), bucket('1', 110), bucket('+Inf', 110)])
  expect(quantile(before, after, 't', 0.5)).toBe(0.1)
  expect(quantile(before, after, 't', 0.95)).toBe(1)
  expect(quantile(after, after, 't', 0.5)).toBeUndefined()
})
