import * as resources from '@holdfast/resources'
import { describe, expect, it } from 'vitest'
import { type Action, boto3Definitions, type Request } from './boto3-definitions.ts'
import { camelCase, className, nameHere } from './boto3-table.ts'
import { call, identifierValue, makeResource, neededBy, read } from './call-resource.ts'
import { recordingClient } from './recording-client.ts'

/** The older lifecycle operations are not in the SDK for JavaScript: the newer have the same form. */
const SUCCESSORS = new Map([
  ['GetBucketLifecycle', 'GetBucketLifecycleConfiguration'],
  ['PutBucketLifecycle', 'PutBucketLifecycleConfiguration'],
])
/** What is sent besides, so that the service ends up with what boto3 leaves there. */
const ADDED: Readonly<Record<string, object>> = {
  PutObject: { Body: new Uint8Array(), ContentType: 'binary/octet-stream' },
}
const extra = { ExpectedBucketOwner: '123456789012' }

/** `Bucket` of `Bucket`, `VersioningConfiguration.Status` of a nested member. */
function parametersOf({ params = [] }: Pick<Request, 'params'>): Record<string, unknown> {
  const input: Record<string, unknown> = {}
  for (const { target, source, name, value } of params) {
    const bound = source === 'string' ? value : identifierValue(snakeCase(name ?? ''))
    const [member = '', nested] = target.split('.')
    input[member] = nested === undefined ? bound : { [nested]: bound }
  }
  return input
}

function snakeCase(name: string): string {
  return name.replaceAll(/(?<!^)([A-Z])/g, '_$1').toLowerCase()
}

function operationOf({ request }: Action): string {
  return SUCCESSORS.get(request.operation) ?? request.operation
}

const answer = () => ({ UploadId: 'id in answer', Contents: [], ETag: '"e"' })

const POINT = 'arn:aws:s3:us-east-1:123456789012:accesspoint/here'

/** What boto3 sends of these, but for characters that it encodes without need. */
const SOURCES: readonly (readonly [source: string | resources.CopySource, text: string])[] = [
  ['b/as%20it%20is', 'b/as%20it%20is'],
  [{ Bucket: 'b', Key: 'ä b/c+d' }, 'b/%C3%A4%20b/c%2Bd'],
  [{ Bucket: 'b', Key: 'x?versionId=y', VersionId: 'v' }, 'b/x%3FversionId%3Dy?versionId=v'],
  [{ Bucket: POINT, Key: 'k' }, `${POINT.replaceAll(':', '%3A')}/object/k`],
]

it.each(SOURCES)('a copy of %o is one of %s', async (CopySource, text) => {
  const { client, requests } = recordingClient()
  await new resources.S3Object('b', 'k', client).copyFrom({ CopySource })
  await new resources.ObjectSummary('b', 'k', client).copyFrom({ CopySource })
  await new resources.MultipartUploadPart('b', 'k', 'u', 1, client).copyFrom({ CopySource })
  const sources = requests.map(({ input }) => (input as { CopySource?: string }).CopySource)
  expect(sources).toEqual([text, text, text])
})

describe.each(Object.entries(boto3Definitions.resources))('%s', (resource, definition) => {
  it('holds its identifiers and shows them', () => {
    const target = makeResource(resources, resource, definition, recordingClient().client)
    for (const name of definition.identifiers) {
      expect(read(target, camelCase(name))).toBe(identifierValue(name))
      expect(call(target, 'toString')).toContain(`${camelCase(name)}=${String(identifierValue(name))}`)
    }
  })

  it.each(Object.entries(definition.actions))('%s sends what boto3 sends', async (name, action) => {
    const { client, requests } = recordingClient(answer)
    const target = makeResource(resources, resource, definition, client)
    // The one operation that has no owner to expect.
    const given = { ...(action.request.operation !== 'CreateBucket' && extra), ...neededBy(action) }
    const result = await call(target, camelCase(name), given)
    const added = ADDED[action.request.operation]
    const input = { ...added, ...given, ...parametersOf(action.request) }
    expect(requests).toEqual([{ operation: operationOf(action), input }])
    if (action.resource) expectResource(result, action.resource, input)
  })

  it('asks for its attributes as boto3 does', async () => {
    const { load } = definition
    if (!load) return
    const { client, requests } = recordingClient()
    const target = makeResource(resources, resource, definition, client)
    await call(target, 'load', extra)
    await call(target, 'reload', extra)
    const request = { operation: operationOf(load), input: { ...extra, ...parametersOf(load.request) } }
    expect(requests).toEqual([request, request])
  })

  it('reads its attributes from the answer, and not before', async () => {
    const members = Object.entries(definition.attributes)
    const data = Object.fromEntries(members.map(([, member]) => [member, valueOf(member)]))
    const { client } = recordingClient(() => ({ ...data, Buckets: [{ Name: 'the name', ...data }] }))
    const target = makeResource(resources, resource, definition, client)
    for (const [name, member] of members) {
      expect(() => read(target, nameHere(name) ?? '')).toThrow(`${member} of`)
    }
    if (!definition.load && resource !== 'Bucket') return
    await call(target, 'load')
    for (const [name, member] of members) {
      expect(read(target, nameHere(name) ?? '')).toEqual(data[member])
    }
  })

  it.each(Object.entries(definition.waiters))(
    '%s asks as boto3 does',
    async (name, { waiterName, params }) => {
      const { client, requests } = recordingClient(() => {
        if (name.endsWith('not_exists'))
          throw Object.assign(new Error(), { $metadata: { httpStatusCode: 404 } })
        return {}
      })
      await call(makeResource(resources, resource, definition, client), camelCase(name), extra)
      const operation = `Head${waiterName.replace(/(Not)?Exists$/, '')}`
      expect(requests).toEqual([{ operation, input: { ...extra, ...parametersOf({ params }) } }])
    },
  )
})

function expectResource(
  result: unknown,
  { type, identifiers }: NonNullable<Action['resource']>,
  input: Readonly<Record<string, unknown>>,
): void {
  expect((result as object).constructor.name).toBe(className(type))
  for (const { target, source, name = '', path = '' } of identifiers) {
    const value = source === 'identifier' ? identifierValue(snakeCase(name)) : undefined
    const expected = source === 'response' ? 'id in answer' : (value ?? input[path])
    expect(result).toHaveProperty(camelCase(snakeCase(target)), expected)
  }
}

function valueOf(member: string): unknown {
  return member === 'Rules' ? [{ ID: 'one', Prefix: 'logs/', Status: 'Enabled' }] : `the ${member}`
}
