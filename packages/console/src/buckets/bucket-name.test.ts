import { expect, it } from 'vitest'
import { assertValidBucketName } from '../../../server/src/model/bucket-name.ts'
import { isDirectoryBucketName } from '../../../server/src/model/directory-bucket-name.ts'
import { directoryBucketName, zoneOf } from '../api/bucket-kind.ts'
import { bucketTexts } from '../texts/buckets.ts'
import { baseNameProblem, bucketNameProblem, zoneProblem } from './bucket-name.ts'

const { nameProblems, directoryNameProblems } = bucketTexts

it('tells the rule that a name breaks', () => {
  const broken = {
    ab: nameProblems.length,
    Photos: nameProblems.characters,
    'photos-': nameProblems.ends,
    'a..b': nameProblems.dots,
    'a.-b': nameProblems.dots,
    '192.168.1.1': nameProblems.address,
    'xn--foo': nameProblems.start,
    'photos-s3alias': nameProblems.end,
  }
  for (const [name, problem] of Object.entries(broken))
    expect([name, bucketNameProblem(name)]).toEqual([name, problem])
})

it('lets those through that the server takes, and no others', () => {
  const names = [
    'abc',
    'a.b.c',
    'a-b',
    'x'.repeat(63),
    'x'.repeat(64),
    '1.2.3',
    '1.2.3.4',
    'a-.b',
    'sthree-x',
    'x--ol-s3',
    'x-an',
  ]
  for (const name of names) {
    const isTaken = (): boolean => {
      try {
        assertValidBucketName(name)
        return true
      } catch {
        return false
      }
    }
    expect([name, bucketNameProblem(name) === undefined]).toEqual([name, isTaken()])
  }
})

const ZONE = 'use1-az4'

it('tells the rule that the parts of the name of a directory bucket break', () => {
  const broken = {
    Photos: directoryNameProblems.characters,
    'a.b': directoryNameProblems.characters,
    '-a': directoryNameProblems.ends,
    'a-': directoryNameProblems.ends,
    'xn--a': nameProblems.start,
    ['x'.repeat(48)]: directoryNameProblems.length(64),
  }
  for (const [baseName, problem] of Object.entries(broken))
    expect([baseName, baseNameProblem(baseName, ZONE)]).toEqual([baseName, problem])
  for (const zone of ['use1', 'use1--az4', '-az4', 'USE1-az4', 'a_b-c'])
    expect([zone, zoneProblem(zone)]).toEqual([zone, directoryNameProblems.zone])
})

it('lets those parts through that the server takes, and no others, and knows the kind by the whole', () => {
  const parts = [
    ['a', ZONE],
    ['a--b', ZONE],
    ['x'.repeat(47), ZONE],
    ['x'.repeat(48), ZONE],
    ['photos-s3alias', ZONE],
    ['a-', ZONE],
    ['a', 'usw2-lax1-az1'],
    ['a', 'zone'],
  ] as const
  for (const [baseName, zone] of parts) {
    const isTaken = isDirectoryBucketName(directoryBucketName(baseName, zone))
    const isLetThrough = (baseNameProblem(baseName, zone) ?? zoneProblem(zone)) === undefined
    expect([baseName, zone, isLetThrough]).toEqual([baseName, zone, isTaken])
  }
  expect(zoneOf(directoryBucketName('a--b', 'usw2-lax1-az1'))).toBe('usw2-lax1-az1')
  for (const name of ['photos', 'a--x-s3', 'a--b--x-s3', `a--${ZONE}--xa-s3`])
    expect([name, zoneOf(name)]).toEqual([name, undefined])
})
