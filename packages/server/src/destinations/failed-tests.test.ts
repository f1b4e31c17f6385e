import { expect, it } from 'vitest'
import { MovableClock } from '../base/clock.ts'
import { jsonLog } from '../base/log.ts'
import { failedTests } from './failed-tests.ts'

it('tells of a destination once in five seconds, with how many messages it did not take', () => {
  const lines: string[] = []
  const log = jsonLog('warn', { write: (line) => void lines.push(line) })
  const clock = new MovableClock(new Date('2026-01-01'))
  const testFailed = failedTests(log, clock)
  const fail = (destination: string, requestId: string) =>
    testFailed({ requestId, bucket: 'photos', destination, reason: 'it answered 404' })
  const told = () =>
    lines.splice(0).map((line) => {
      const { destination, requestId, failures } = JSON.parse(line) as Record<string, unknown>
      return [destination, requestId, failures]
    })
  for (const requestId of ['a', 'b', 'c']) fail('queue', requestId)
  fail('topic', 'd')
  expect(told()).toEqual([
    ['queue', 'a', 1],
    ['topic', 'd', 1],
  ])
  clock.advance(4999)
  fail('queue', 'e')
  expect(told()).toEqual([])
  clock.advance(1)
  fail('queue', 'f')
  expect(told()).toEqual([['queue', 'f', 4]])
})
