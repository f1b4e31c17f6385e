import { expect, it } from 'vitest'
import { reportLine } from './job-report.ts'

it('tells of a task in one line of CSV, whatever a manifest calls its bucket and version', () => {
  expect(reportLine(['data', 'a b,"c"'], {})).toBe('data,a+b%2C%22c%22,,succeeded,200,,Successful\n')
  expect(reportLine(['da,ta', 'a', 'v"1'], { result: 'x,\ny' })).toBe(
    '"da,ta",a,"v""1",succeeded,200,,"x,\ny"\n',
  )
  const failure = { status: 403, code: 'AccessDenied', message: 'no' }
  expect(reportLine(['data', 'a', 'v.1_-'], { failure })).toBe('data,a,v.1_-,failed,403,AccessDenied,"no"\n')
})
