import { describe as group, expect, it } from 'vitest'
import { S3Error } from '../../../model/s3-error.ts'
import {
  checksumMember,
  checksumMembers,
  describe,
  type DescribingInput,
  descriptionHeaders,
  lastModified,
} from './describe.ts'

function codeOf(input: DescribingInput, classes: readonly string[] = []): string | undefined {
  try {
    describe(input, classes)
    return undefined
  } catch (error) {
    if (error instanceof S3Error) return error.code
    throw error
  }
}

group('a description', () => {
  it('keeps what was said and gives it back', () => {
    const input = {
      CacheControl: 'a',
      ContentDisposition: 'b',
      ContentEncoding: 'c',
      ContentLanguage: 'd',
      ContentType: 'e',
      Expires: 'f',
      Metadata: { g: 'h' },
      StorageClass: 'GLACIER',
      WebsiteRedirectLocation: '/i',
    } as const
    expect(descriptionHeaders(describe(input, []))).toEqual(input)
  })

  it('stores nothing for nothing: the default type and class go without saying', () => {
    const row = describe({ StorageClass: 'STANDARD', Metadata: {} }, [])
    expect(Object.values(row).filter((value) => value !== undefined)).toEqual([])
    expect(descriptionHeaders(row)).toMatchObject({ ContentType: 'binary/octet-stream' })
  })

  it('knows the storage classes of S3 and those of the configuration', () => {
    const lukewarm = { StorageClass: 'LUKEWARM' } as unknown as DescribingInput
    expect(codeOf(lukewarm)).toBe('InvalidStorageClass')
    expect(codeOf(lukewarm, ['LUKEWARM'])).toBeUndefined()
    expect(codeOf({ StorageClass: 'OUTPOSTS' })).toBe('InvalidStorageClass')
  })
})

it('dates are in whole seconds', () => {
  expect(lastModified({ modifiedMilliseconds: 1999 }).getTime()).toBe(1000)
})

it('a checksum is the member of its algorithm', () => {
  const checksum = { algorithm: 'CRC32', value: 'AAAAAA==', type: 'FULL_OBJECT' } as const
  expect(checksumMember(checksum)).toEqual({ ChecksumCRC32: 'AAAAAA==' })
  expect(checksumMembers(checksum)).toEqual({ ChecksumCRC32: 'AAAAAA==', ChecksumType: 'FULL_OBJECT' })
  expect(checksumMembers(undefined)).toEqual({})
})
