import { expect, it } from 'vitest'
import { InputFault, inputFromJson } from './input-from-json.ts'

function faultIn(operation: Parameters<typeof inputFromJson>[0], json: unknown): string {
  try {
    inputFromJson(operation, json)
    return ''
  } catch (error) {
    if (error instanceof InputFault) return `${error.path.join('.')}: ${error.message}`
    throw error
  }
}

it('makes the typed input of what Amazon’s own tools take', () => {
  const Rules = [{ Status: 'Enabled', Expiration: { Date: '2031-01-01T00:00:00Z' }, Filter: { Prefix: '' } }]
  const input = inputFromJson('PutBucketLifecycleConfiguration', {
    Bucket: 'b',
    LifecycleConfiguration: { Rules },
  })
  expect(input.LifecycleConfiguration.Rules[0]?.Expiration?.Date).toEqual(new Date('2031-01-01T00:00:00Z'))
  const put = inputFromJson('PutObject', { Bucket: 'b', Key: 'k', Metadata: { a: '1' }, ContentLength: 3 })
  expect(put).toMatchObject({ Metadata: { a: '1' }, ContentLength: 3 })
  expect(Object.getPrototypeOf(put.Metadata)).toBeNull()
})

it.each([
  ['PutObject', { Bucket: 'b' }, 'Key: is missing'],
  ['PutObject', { Bucket: 'b', Key: 'k', Metadata: { a: 1 } }, 'Metadata.a: expected text'],
  ['PutObject', { Bucket: 'b', Key: 'k', ContentLength: '3' }, 'ContentLength: expected a whole number'],
  [
    'PutObject',
    { Bucket: 'b', Key: 'k', BucketKeyEnabled: 'true' },
    'BucketKeyEnabled: expected true or false',
  ],
  ['PutObject', { Bucket: 'b', Key: 'k', key: 'k' }, 'key: there is no such member; known here: Bucket, Key'],
  ['PutBucketTagging', { Bucket: 'b', Tagging: [] }, 'Tagging: expected an object'],
  ['PutBucketTagging', { Bucket: 'b', Tagging: { TagSet: {} } }, 'Tagging.TagSet: expected a list'],
  [
    'PutBucketTagging',
    { Bucket: 'b', Tagging: { TagSet: [{ Key: 'a' }] } },
    'Tagging.TagSet.0.Value: is missing',
  ],
  [
    'PutBucketVersioning',
    { Bucket: 'b', VersioningConfiguration: { Status: 'enabled' } },
    'VersioningConfiguration.Status: expected one of Enabled, Suspended',
  ],
  ['PutBucketVersioning', JSON.parse('{"__proto__": {}}'), '__proto__: there is no such member'],
  ['PutBucketVersioning', null, ': expected an object'],
] as const)('%s refuses %j', (operation, json, fault) => {
  expect(faultIn(operation, json)).toContain(fault)
})
