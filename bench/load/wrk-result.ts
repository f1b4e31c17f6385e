import type { Load } from './load.ts'

/**
 * Reads what wrk.lua prints at the end of a run. Throws where an answer was not 2xx or 3xx or a connection broke:
 * refusals are fast and would be counted as speed.
 */
export function parseWrkResult(output: string): Load {
  const line = /^RESULT (\{.*\})$/m.exec(output)?.[1]
  if (line === undefined) throw new Error(`wrk printed no result: ${output}`)
  const result = JSON.parse(line) as Record<
    'requests' | 'microseconds' | 'refused' | 'broken' | 'p50' | 'p99',
    number
  >
  if (result.refused > 0) throw new Error(`${result.refused} of ${result.requests} requests were refused`)
  if (result.broken > 0) throw new Error(`${result.broken} connections broke or timed out`)
  if (result.requests === 0) throw new Error('no request was answered')
  return {
    units: result.requests,
    seconds: result.microseconds / 1e6,
    latency: { p50: result.p50 / 1000, p99: result.p99 / 1000 },
  }
}
