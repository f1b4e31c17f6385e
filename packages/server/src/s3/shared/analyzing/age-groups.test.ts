import { expect, it } from 'vitest'
import { DAY_MILLISECONDS } from '../../../base/day.ts'
import { AGE_NAMES, ageGroupOf, analyzedClassOf } from './age-groups.ts'

const NOW = 20_000 * DAY_MILLISECONDS
const object = (days: number, sizeBytes = 128 * 1024) => ({
  sizeBytes,
  modifiedMilliseconds: NOW - days * DAY_MILLISECONDS,
})
const nameOf = (days: number) => AGE_NAMES[ageGroupOf(object(days), NOW, DAY_MILLISECONDS) ?? -1]

it.each([
  [0, '000-014'],
  [14.9, '000-014'],
  [15, '015-029'],
  [29, '015-029'],
  [30, '030-044'],
  [119.5, '090-119'],
  [120, '120-149'],
  [179, '150-179'],
  [364, '180-364'],
  [365, '365-729'],
  [730, '730+'],
  [20_000, '730+'],
  [-3, '000-014'],
])('an object of %s days is in the group %s', (days, name) => expect(nameOf(days)).toBe(name))

it('a smaller object is in no group', () => {
  expect(ageGroupOf(object(1, 128 * 1024 - 1), NOW, DAY_MILLISECONDS)).toBeUndefined()
})

it('two classes are analyzed', () => {
  const classes = [undefined, 'STANDARD', 'STANDARD_IA', 'ONEZONE_IA', 'GLACIER', 'OWN']
  expect(classes.map((storageClass) => analyzedClassOf({ ...object(1), storageClass }))).toEqual([
    'STANDARD',
    'STANDARD',
    'STANDARD_IA',
    undefined,
    undefined,
    undefined,
  ])
})
