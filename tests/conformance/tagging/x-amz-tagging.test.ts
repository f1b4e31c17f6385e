import { xmlTexts } from '../../support/raw-request.ts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { expectRefusal, expectStatus, TimeRoom } from '../../support/time-room.ts'
import { invalidTags, type Tags, tagsOf, validTags } from './tag-documents.ts'

let room: TimeRoom
beforeAll(async () => {
  room = await TimeRoom.open()
})
afterAll(() => room[Symbol.asyncDispose]())

const tagsAt = async (key: string): Promise<Tags> =>
  tagsOf(await room.request('GET', key, { query: 'tagging=' }))
const encode = (tags: Tags): string =>
  tags.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join('&')

it.each(validTags)('on PutObject: takes $what', async ({ tags }) => {
  await room.put('cases', 'x', { 'x-amz-tagging': encode(tags) })
  expect(await tagsAt('cases')).toEqual(tags)
})

it.each(invalidTags)('on PutObject: refuses $what', async ({ tags }) => {
  const headers = { 'x-amz-tagging': encode(tags) }
  expectRefusal(await room.request('PUT', 'cases', { body: 'x', headers }), 400, 'InvalidTag')
})

it.each([
  ['nothing', '', []],
  ['a key alone', 'a', [['a', '']]],
  ['plus for a space', 'a+b=c+d', [['a b', 'c d']]],
  ['an equals sign in a value', 'a=b=c', [['a', 'b=c']]],
] as const)('%s', async (_, header, tags) => {
  await room.put('forms', 'x', { 'x-amz-tagging': header })
  expect(await tagsAt('forms')).toEqual(tags)
})

it.each([
  ['a key twice', 'a=1&a=2'],
  ['a broken escape', 'a=%zz'],
  ['what is no UTF-8', 'a=%ff'],
])('%s is InvalidArgument', async (_, header) => {
  const answer = await room.request('PUT', 'refused', { body: 'x', headers: { 'x-amz-tagging': header } })
  expectRefusal(answer, 400, 'InvalidArgument')
  expectRefusal(await room.request('GET', 'refused'), 404, 'NoSuchKey')
})

it('takes no notice of empty parameters, and ends a name at its first =', async () => {
  await room.put('odd', 'x', { 'x-amz-tagging': '&a=1&&b==2&' })
  const { text } = await room.request('GET', 'odd', { query: 'tagging=' })
  expect([xmlTexts(text, 'Key'), xmlTexts(text, 'Value')]).toEqual([
    ['a', 'b'],
    ['1', '=2'],
  ])
})

it('takes ten tags and not eleven', async () => {
  const header = (count: number): string => Array.from({ length: count }, (_, at) => `k${at}=v`).join('&')
  await room.put('ten', 'x', { 'x-amz-tagging': header(10) })
  const answer = await room.request('PUT', 'eleven', { body: 'x', headers: { 'x-amz-tagging': header(11) } })
  expectRefusal(answer, 400, 'BadRequest')
})

it('GET and HEAD count the tags, and say nothing where there are none', async () => {
  await room.put('counted', 'x', { 'x-amz-tagging': 'a=1&b=2' })
  await room.put('untagged')
  for (const method of ['GET', 'HEAD']) {
    expect((await room.request(method, 'counted')).headers['x-amz-tagging-count']).toBe('2')
    expect((await room.request(method, 'untagged')).headers['x-amz-tagging-count']).toBeUndefined()
  }
})

it('the count is for those who may read the tags', async () => {
  await room.put('counted', 'x', { 'x-amz-tagging': 'a=1&b=2' })
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: '100000000002' },
    Resource: `arn:aws:s3:::${room.bucket}/*`,
  }
  const policy = (Action: readonly string[]): string =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, Action }] })
  const count = async (): Promise<unknown> =>
    (await room.request('HEAD', 'counted', { credentials: otherCredentials })).headers['x-amz-tagging-count']
  await room.putDocument('', 'policy=', policy(['s3:GetObject']))
  expect(await count()).toBeUndefined()
  await room.putDocument('', 'policy=', policy(['s3:GetObject', 's3:GetObjectTagging']))
  expect(await count()).toBe('2')
  // Who may put an object may not tag it.
  await room.putDocument('', 'policy=', policy(['s3:PutObject']))
  const put = (headers: Record<string, string>) =>
    room.request('PUT', 'new', { body: 'x', credentials: otherCredentials, headers })
  expectStatus(await put({}))
  expectRefusal(await put({ 'x-amz-tagging': 'a=1' }), 403, 'AccessDenied')
  await room.request('DELETE', '', { query: 'policy=' })
})

it('on an object in parts the tags are those of its beginning', async () => {
  await room.putParts('parts', ['one', 'two'], { 'x-amz-tagging': 'a=1' })
  expect(await tagsAt('parts')).toEqual([['a', '1']])
  const headers = { 'x-amz-tagging': 'a=1&a=2' }
  expectRefusal(await room.request('POST', 'parts', { query: 'uploads=', headers }), 400, 'InvalidArgument')
})

it('a new object of the same key does not inherit tags', async () => {
  await room.put('again', 'x', { 'x-amz-tagging': 'a=1' })
  await room.put('again', 'y')
  expect(await tagsAt('again')).toEqual([])
})

it.each([
  ['without a directive the tags come along', {}, [['from', 'source']]],
  ['COPY too', { 'x-amz-tagging-directive': 'COPY' }, [['from', 'source']]],
  [
    'COPY takes no heed of tags given',
    { 'x-amz-tagging-directive': 'COPY', 'x-amz-tagging': 'b=2' },
    [['from', 'source']],
  ],
  [
    'REPLACE takes those given',
    { 'x-amz-tagging-directive': 'REPLACE', 'x-amz-tagging': 'b=2' },
    [['b', '2']],
  ],
  ['REPLACE without any takes none', { 'x-amz-tagging-directive': 'REPLACE' }, []],
  [
    'new metadata leave the tags alone',
    { 'x-amz-metadata-directive': 'REPLACE', 'x-amz-meta-a': '1' },
    [['from', 'source']],
  ],
] as const)('CopyObject: %s', async (_, headers, tags) => {
  await room.put('source', 'x', { 'x-amz-tagging': 'from=source' })
  const all = { 'x-amz-copy-source': `${room.bucket}/source`, ...headers }
  expectStatus(await room.request('PUT', 'copy', { headers: all }))
  expect(await tagsAt('copy')).toEqual(tags)
})

it('CopyObject: tags come along for who may read them there and set them here', async () => {
  await room.put('source', 'x', { 'x-amz-tagging': 'from=source' })
  const copy = (headers: Record<string, string> = {}) =>
    room.request('PUT', 'copy', {
      credentials: otherCredentials,
      headers: { 'x-amz-copy-source': `${room.bucket}/source`, ...headers },
    })
  const allow = (...more: string[]) => {
    const Action = ['s3:GetObject', 's3:PutObject', ...more]
    const Resource = `arn:aws:s3:::${room.bucket}/*`
    const Statement = [{ Effect: 'Allow', Principal: { AWS: '100000000002' }, Action, Resource }]
    return room.putDocument('', 'policy=', JSON.stringify({ Version: '2012-10-17', Statement }))
  }
  await allow()
  expectRefusal(await copy(), 403, 'AccessDenied')
  expectStatus(await copy({ 'x-amz-tagging-directive': 'REPLACE' }))
  await allow('s3:GetObjectTagging')
  expectRefusal(await copy(), 403, 'AccessDenied')
  await allow('s3:PutObjectTagging')
  expectRefusal(await copy(), 403, 'AccessDenied')
  await allow('s3:GetObjectTagging', 's3:PutObjectTagging')
  expectStatus(await copy())
  expect(await tagsAt('copy')).toEqual([['from', 'source']])
  await room.put('source', 'untagged')
  await allow()
  expectStatus(await copy())
  await room.request('DELETE', '', { query: 'policy=' })
})

it('CopyObject: a policy about tags sees those that come along, not those that are said', async () => {
  await room.put('source', 'x', { 'x-amz-tagging': 'team=other' })
  const objects = `arn:aws:s3:::${room.bucket}/*`
  const deny = (Action: string) => ({
    Effect: 'Deny',
    Principal: '*',
    Action,
    Resource: objects,
    Condition: { StringEquals: { 's3:RequestObjectTag/team': 'other' } },
  })
  const copy = (headers: Record<string, string> = {}) =>
    room.request('PUT', 'copy', { headers: { 'x-amz-copy-source': `${room.bucket}/source`, ...headers } })
  const said = { 'x-amz-tagging': 'team=storage' }
  for (const action of ['s3:PutObject', 's3:PutObjectTagging']) {
    const policy = { Version: '2012-10-17', Statement: [deny(action)] }
    await room.putDocument('', 'policy=', JSON.stringify(policy))
    expectRefusal(await copy(), 403, 'AccessDenied')
    expectRefusal(await copy(said), 403, 'AccessDenied')
    expectRefusal(await copy({ ...said, 'x-amz-tagging-directive': 'COPY' }), 403, 'AccessDenied')
    expectStatus(await copy({ ...said, 'x-amz-tagging-directive': 'REPLACE' }))
  }
  await room.request('DELETE', '', { query: 'policy=' })
})

it('CopyObject: a directive that is none', async () => {
  const headers = { 'x-amz-copy-source': `${room.bucket}/source`, 'x-amz-tagging-directive': 'MERGE' }
  expectRefusal(await room.request('PUT', 'copy', { headers }), 400, 'InvalidArgument')
})

it('tags asked for decide where a policy asks for them', async () => {
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:PutObject',
        Resource: `arn:aws:s3:::${room.bucket}/*`,
        Condition: { StringNotEquals: { 's3:RequestObjectTag/team': 'storage' } },
      },
    ],
  }
  await room.putDocument('', 'policy=', JSON.stringify(policy))
  expectRefusal(await room.request('PUT', 'k', { body: 'x' }), 403, 'AccessDenied')
  const put = (tagging: string) =>
    room.request('PUT', 'k', { body: 'x', headers: { 'x-amz-tagging': tagging } })
  expectRefusal(await put('team=other'), 403, 'AccessDenied')
  expectStatus(await put('team=storage'))
})
