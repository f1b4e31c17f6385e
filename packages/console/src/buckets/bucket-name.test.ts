import { expect, it } from 'vitest'
import { assertValidBucketName } from '../../../server/src/model/bucket-name.ts'
import { bucketTexts } from '../texts/buckets.ts'
import { bucketNameProblem } from './bucket-name.ts'

const { nameProblems } = bucketTexts

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
