import { expect, test } from 'vitest'
import { parseWrkResult } from './wrk-result.ts'

const printed = (fields: object): string =>
  `Running 4s test @ http://127.0.0.1:9000\n  1 threads and 64 connections\nRequests/sec:  10000.00\n` +
  `RESULT ${JSON.stringify({ requests: 40_000, microseconds: 4_000_000, refused: 0, broken: 0, p50: 1500, p99: 9000, ...fields })}\n`

test('reads the counts and turns microseconds into seconds and milliseconds', () => {
  expect(parseWrkResult(printed({}))).toEqual({ units: 40_000, seconds: 4, latency: { p50: 1.5, p99: 9 } })
})

test('a run with refusals, broken connections or nothing at all is no result', () => {
  expect(() => parseWrkResult(printed({ refused: 3 }))).toThrow('3 of 40000 requests were refused')
  expect(() => parseWrkResult(printed({ broken: 2 }))).toThrow('2 connections broke')
  expect(() => parseWrkResult(printed({ requests: 0 }))).toThrow('no request')
  expect(() => parseWrkResult('unable to connect to 127.0.0.1:9000')).toThrow('unable to connect')
})
