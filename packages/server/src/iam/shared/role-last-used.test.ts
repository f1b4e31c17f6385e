import { expect, it } from 'vitest'
import { DAY_MILLISECONDS } from '../../base/day.ts'
import { roleLastUsed } from './role-last-used.ts'

it('is told for 400 days', () => {
  const use = { atMilliseconds: 0, service: 's3', region: 'us-east-1' }
  const after = (days: number) => roleLastUsed(use, new Date(days * DAY_MILLISECONDS))
  expect(after(400)).toEqual({ LastUsedDate: new Date(0), Region: 'us-east-1' })
  expect(after(401)).toEqual({})
})
