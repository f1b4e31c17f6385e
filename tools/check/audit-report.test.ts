import { expect, it } from 'vitest'
import { readAuditReport } from './audit-report.ts'

it('tells what is known', () => {
  const vulnerabilities = { tar: { severity: 'high', range: '<6.2.1' } }
  expect(readAuditReport(JSON.stringify({ vulnerabilities }))).toEqual({
    kind: 'known',
    found: ['tar <6.2.1: high'],
  })
  expect(readAuditReport('{"vulnerabilities":{}}')).toEqual({ kind: 'known', found: [] })
})

it.each([
  ['{"message":"405 Method Not Allowed","error":{"summary":""}}', '405 Method Not Allowed'],
  ['{"error":{"code":"ENOTFOUND","summary":"request failed"}}', 'request failed'],
  ['{}', 'no reason was given'],
  ['', 'npm printed no report'],
])('never takes silence for safety: %s', (stdout, reason) => {
  expect(readAuditReport(stdout)).toEqual({ kind: 'unknown', reason })
})
