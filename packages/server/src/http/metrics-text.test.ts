import { expect, it } from 'vitest'
import { MetricsText } from './metrics-text.ts'
import { RequestMetrics } from './request-metrics.ts'

it('writes families and samples, labels escaped', () => {
  const text = new MetricsText()
  text.family('a_total', 'counter', 'What it is.')
  text.sample('a_total', {}, 3)
  text.sample('a_total', { name: 'say "hi"\\\n' }, 0.5)
  expect(text.toString()).toBe(
    '# HELP a_total What it is.\n# TYPE a_total counter\na_total 3\na_total{name="say \\"hi\\"\\\\\\n"} 0.5\n',
  )
})

it('counts answers and their latencies, each bucket with those below it', () => {
  const metrics = new RequestMetrics()
  for (const milliseconds of [1, 3, 70_000]) metrics.observe('GetObject', 200, milliseconds)
  metrics.observe('GetObject', 404, -5)
  const text = new MetricsText()
  metrics.writeTo(text)
  const lines = text.toString().split('\n')
  expect(lines).toContain('holdfast_requests_total{operation="GetObject",status="200"} 3')
  expect(lines).toContain('holdfast_requests_total{operation="GetObject",status="404"} 1')
  const bucket = (le: string): string =>
    `holdfast_request_duration_seconds_bucket{operation="GetObject",le="${le}"}`
  expect(lines).toContain(`${bucket('0.001')} 2`)
  expect(lines).toContain(`${bucket('0.005')} 3`)
  expect(lines).toContain(`${bucket('60')} 3`)
  expect(lines).toContain(`${bucket('+Inf')} 4`)
  expect(lines).toContain('holdfast_request_duration_seconds_count{operation="GetObject"} 4')
  expect(lines).toContain('holdfast_request_duration_seconds_sum{operation="GetObject"} 70.004')
})
