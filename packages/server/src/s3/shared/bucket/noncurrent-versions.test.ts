import { expect, it } from 'vitest'
import type { LifecycleRule } from './lifecycle-rules.ts'
import { noncurrentExpiration, placeBehind } from './noncurrent-versions.ts'

const DAY = 24 * 60 * 60 * 1000

function rule(days: number, newerVersions: number, prefix = ''): LifecycleRule {
  return {
    id: `${days}`,
    filter: { prefix, tags: [], greaterThanBytes: undefined, lessThanBytes: undefined },
    expiration: undefined,
    expiresDeleteMarkers: false,
    transitions: [],
    noncurrentExpiration: { days, newerVersions },
    noncurrentTransitions: [],
    abortDays: undefined,
  }
}

it('counts from when a newer version came, which is never before a version was made', () => {
  const newest = placeBehind(undefined, { modifiedMilliseconds: 5 })
  expect(newest).toEqual({ newerNoncurrent: -1, supersededMilliseconds: Infinity })
  const made = { modifiedMilliseconds: 7 }
  expect(placeBehind({ ...newest, modifiedMilliseconds: 9 }, made)).toEqual({
    newerNoncurrent: 0,
    supersededMilliseconds: 9,
  })
  expect(placeBehind({ newerNoncurrent: 0, modifiedMilliseconds: 5 }, made)).toEqual({
    newerNoncurrent: 1,
    supersededMilliseconds: 7,
  })
})

it('counts no delete markers among the newer versions', () => {
  const made = { modifiedMilliseconds: 5 }
  const behind = (newerNoncurrent: number) =>
    placeBehind({ ...made, newerNoncurrent, isDeleteMarker: true }, made).newerNoncurrent
  expect([-1, 0, 1].map(behind)).toEqual([0, 0, 1])
})

it('expires by the rule that comes first of those that are about it', () => {
  const rules = [rule(9, 0), rule(3, 2), rule(1, 0, 'other/')]
  const at = (newerNoncurrent: number) =>
    noncurrentExpiration(rules, { key: 'a', sizeBytes: 1, newerNoncurrent, supersededMilliseconds: 1 }, DAY)
  expect([-1, 0, 1, 2].map(at)).toEqual([Infinity, 10 * DAY, 10 * DAY, 4 * DAY])
})
