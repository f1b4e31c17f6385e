import { BucketLocationConstraint, CreateBucketCommand } from '@aws-sdk/client-s3'
import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { mainAccount, otherCredentials } from '../../support/accounts.ts'
import { createBucket, getObject, putObject } from '../../support/buckets.ts'
import { makeUser } from '../../support/identity-clients.ts'
import { type RawAnswer, type RawRequest, rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  return () => server[Symbol.asyncDispose]()
})

const create = (bucket: string, request: Partial<RawRequest> = {}): Promise<RawAnswer> =>
  rawRequest(server, { method: 'PUT', path: `/${bucket}`, ...request })
const inRegion = (region: string): string =>
  `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`

describe('a new bucket', () => {
  it('is there at once', async () => {
    const answer = await create('new-bucket')
    expectSuccess(answer)
    expect(answer.headers['location']).toBe('/new-bucket')
    expect(answer.body).toHaveLength(0)
    expect((await rawRequest(server, { method: 'HEAD', path: '/new-bucket' })).status).toBe(200)
    await putObject(server, 'new-bucket', 'key', 'x')
  })

  it('may be asked for with a slash behind its name, and with an empty configuration', async () => {
    expectSuccess(await create('slashed/'))
    expectSuccess(await create('configured', { body: '<CreateBucketConfiguration/>' }))
  })

  it('comes from the SDK', async () => {
    const { Location } = await s3Client(server).send(new CreateBucketCommand({ Bucket: 'sdk-bucket' }))
    expect(Location).toBe('/sdk-bucket')
  })

  it('needs an account', async () => {
    expectError(await create('nobodys', { anonymous: true }), 403, 'AccessDenied')
  })

  it('comes once of many simultaneous requests by two accounts', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        create('race', index % 2 === 0 ? {} : { credentials: otherCredentials }),
      ),
    )
    const winners = answers.filter(({ status }) => status === 200)
    expect(winners).toHaveLength(10)
    for (const loser of answers.filter(({ status }) => status !== 200)) {
      expectError(loser, 409, 'BucketAlreadyExists')
    }
  })
})

describe('names', () => {
  it.each(['abc', 'a'.repeat(63), 'a.b-c.1', '123', '1-2-3', 'a--b', '192.168.1', 'x.192.168.1.1'])(
    '%s is good',
    async (name) => {
      expectSuccess(await create(name))
    },
  )

  const bad = ['ab', 'a'.repeat(64), 'Upper', 'under_score', '-first', 'last-', '.first', 'last.', 'a..b']
  const reserved = ['xn--a', 'sthree-a', 'amzn-s3-demo-a', 'a-s3alias', 'a--ol-s3', 'a.mrap', 'a--x-s3']
  const strange = ['192.168.5.4', 'a%20b', 'a%00b', '%E2%9C%93abc', 'a'.repeat(3000), 'a--table-s3']
  it.each([...bad, ...reserved, ...strange, 'mine-an'])('%s is InvalidBucketName', async (name) => {
    const element = expectError(await create(name), 400, 'InvalidBucketName')
    expect(element('BucketName')).toBe(decodeURIComponent(name))
  })

  it('may be of the account’s own namespace', async () => {
    const headers = { 'x-amz-bucket-namespace': 'account-regional' }
    expectSuccess(await create('mine-100000000001-us-east-1-an', { headers }))
    expectError(await create('mine-100000000002-us-east-1-an', { headers }), 400, 'InvalidBucketName')
    expectError(await create('elsewhere', { headers }), 400, 'InvalidBucketName')
  })
})

// Source: S3 User Guide, "Namespaces for general purpose buckets", "Requiring the creation of buckets in your account regional namespace".
it('may be for who makes buckets in the namespace of the account alone', async () => {
  const condition = { StringEquals: { 's3:x-amz-bucket-namespace': 'account-regional' } }
  const allowed = { Effect: 'Allow', Action: 's3:CreateBucket', Resource: '*', Condition: condition }
  const credentials = await makeUser(server, 'regional', allowed)
  expectError(await create('of-a-user', { credentials }), 403, 'AccessDenied')
  const name = 'of-a-user-100000000001-us-east-1-an'
  expectError(await create(name, { credentials }), 403, 'AccessDenied')
  const client = s3Client({ url: server.url, credentials })
  await client.send(new CreateBucketCommand({ Bucket: name, BucketNamespace: 'account-regional' }))
  client.destroy()
  expect((await rawRequest(server, { method: 'HEAD', path: `/${name}` })).status).toBe(200)
})

// Source: S3 API Reference, CreateBucket, "Permissions".
describe('s3:CreateBucket alone', () => {
  let open: TestServer
  beforeAll(async () => {
    open = await startTestServer({
      newBuckets: { objectOwnership: 'ObjectWriter', blockPublicAccess: false },
    })
    return () => open[Symbol.asyncDispose]()
  })
  let made = 0
  const createBy = async (headers: Record<string, string>, ...more: string[]): Promise<RawAnswer> => {
    const name = `permitted-${++made}`
    const Action = ['s3:CreateBucket', ...more]
    const Resource = `arn:aws:s3:::${name}`
    const credentials = await makeUser(open, name, { Effect: 'Allow', Action, Resource })
    const answer = await rawRequest(open, { method: 'PUT', path: `/${name}`, headers, credentials })
    const isThere = (await rawRequest(open, { method: 'HEAD', path: `/${name}` })).status === 200
    expect(isThere).toBe(answer.status === 200)
    return answer
  }

  it.each([{}, { 'x-amz-acl': 'private' }])('is enough for %o', async (headers) => {
    expectSuccess(await createBy(headers))
  })

  it.each([
    [{ 'x-amz-acl': 'public-read' }, ['s3:PutBucketAcl']],
    [{ 'x-amz-acl': 'authenticated-read' }, ['s3:PutBucketAcl']],
    [{ 'x-amz-acl': 'log-delivery-write' }, ['s3:PutBucketAcl']],
    [{ 'x-amz-grant-full-control': `id=${mainAccount.canonicalId}` }, ['s3:PutBucketAcl']],
    [{ 'x-amz-object-ownership': 'BucketOwnerEnforced' }, ['s3:PutBucketOwnershipControls']],
    [
      { 'x-amz-bucket-object-lock-enabled': 'true' },
      ['s3:PutBucketObjectLockConfiguration', 's3:PutBucketVersioning'],
    ],
  ])('is not for %o', async (headers, more) => {
    for (const lacking of more) {
      const others = more.filter((action) => action !== lacking)
      expectError(await createBy(headers, ...others), 403, 'AccessDenied')
    }
    expectSuccess(await createBy(headers, ...more))
  })
})

describe('a bucket that is there already', () => {
  it('stays as it is for its owner in us-east-1', async () => {
    await createBucket(server, 'mine')
    await putObject(server, 'mine', 'kept', 'as it was')
    expectSuccess(await create('mine'))
    expect((await getObject(server, 'mine', 'kept')).text).toBe('as it was')
  })

  it('is not another’s', async () => {
    await createBucket(server, 'taken')
    const element = expectError(
      await create('taken', { credentials: otherCredentials }),
      409,
      'BucketAlreadyExists',
    )
    expect(element('BucketName')).toBe('taken')
    const command = new CreateBucketCommand({ Bucket: 'taken' })
    const other = s3Client({ url: server.url, credentials: otherCredentials })
    expect(await sdkError(other.send(command))).toEqual([409, 'BucketAlreadyExists'])
  })

  it('is refused to its owner too in other regions', async () => {
    await using here = await startTestServer({ region: 'eu-west-1' })
    const request = { method: 'PUT', path: '/twice', body: inRegion('eu-west-1'), region: 'eu-west-1' }
    expectSuccess(await rawRequest(here, request))
    expectError(await rawRequest(here, request), 409, 'BucketAlreadyOwnedByYou')
  })

  it('is another one after it was deleted', async () => {
    await create('reborn')
    await rawRequest(server, { method: 'DELETE', path: '/reborn' })
    expectSuccess(await create('reborn', { credentials: otherCredentials }))
    expectError(await getObject(server, 'reborn', 'x'), 403, 'AccessDenied')
  })
})

describe('location constraint', () => {
  it('may be empty in us-east-1, and is not asked for', async () => {
    expectSuccess(await create('located', { body: inRegion('') }))
  })

  it('may not be us-east-1 itself', async () => {
    const element = expectError(
      await create('not-located', { body: inRegion('us-east-1') }),
      400,
      'InvalidLocationConstraint',
    )
    expect(element('LocationConstraint')).toBe('us-east-1')
  })

  it.each([BucketLocationConstraint.eu_west_1, BucketLocationConstraint.EU, 'ap-northeast-1'])(
    'of another region, %s, is refused',
    async (region) => {
      expectError(
        await create('not-here', { body: inRegion(region) }),
        400,
        'IllegalLocationConstraintException',
      )
    },
  )

  it('of no region at all is refused', async () => {
    expectError(await create('nowhere', { body: inRegion('mars-1') }), 400, 'InvalidLocationConstraint')
  })

  it('has to name any other region', async () => {
    await using here = await startTestServer({ region: 'eu-west-1' })
    const send = (bucket: string, body?: string): Promise<RawAnswer> =>
      rawRequest(here, {
        method: 'PUT',
        path: `/${bucket}`,
        region: 'eu-west-1',
        ...(body !== undefined && { body }),
      })
    expectError(await send('none'), 400, 'IllegalLocationConstraintException')
    expectError(await send('none', inRegion('eu-west-2')), 400, 'IllegalLocationConstraintException')
    expectSuccess(await send('named', inRegion('eu-west-1')))
    expectSuccess(await send('old-name', inRegion('EU')))
    const found = await rawRequest(here, { path: '/named', query: 'location', region: 'eu-west-1' })
    expect(found.text).toContain('>eu-west-1</LocationConstraint>')
    const client = s3Client(here, { region: 'eu-west-1' })
    await client.send(new CreateBucketCommand({ Bucket: 'sdk-adds-it' }))
  })

  it('may be of a region of the operator’s own', async () => {
    await using here = await startTestServer({ region: 'basement-1' })
    const request = { method: 'PUT', path: '/own', body: inRegion('basement-1'), region: 'basement-1' }
    expectSuccess(await rawRequest(here, request))
  })

  it.each(['<CreateBucketConfiguration', '<Other/>', 'text', '<CreateBucketConfiguration></Other>'])(
    'in a document that is none is MalformedXML: %s',
    async (body) => {
      expectError(await create('malformed', { body }), 400, 'MalformedXML')
    },
  )
})

describe('tags', () => {
  const tagged = (tags: readonly (readonly [string, string])[]): string => {
    const elements = tags.map(([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`)
    return `<CreateBucketConfiguration><Tags>${elements.join('')}</Tags></CreateBucketConfiguration>`
  }
  const tagsOf = (bucket: string) => rawRequest(server, { path: `/${bucket}`, query: 'tagging=' })

  it('are the new bucket’s', async () => {
    const body = tagged([
      ['b', '1'],
      ['a', ''],
    ])
    expectSuccess(await create('tagged', { body }))
    const { text } = await tagsOf('tagged')
    expect([xmlTexts(text, 'Key'), xmlTexts(text, 'Value')]).toEqual([
      ['b', 'a'],
      ['1', ''],
    ])
  })

  it('may be none, or come from the SDK', async () => {
    expectSuccess(await create('untagged', { body: tagged([]) }))
    expectError(await tagsOf('untagged'), 404, 'NoSuchTagSet')
    const CreateBucketConfiguration = { Tags: [{ Key: 'team', Value: 'red' }] }
    await s3Client(server).send(new CreateBucketCommand({ Bucket: 'sdk-tagged', CreateBucketConfiguration }))
    expect(xmlTexts((await tagsOf('sdk-tagged')).text, 'Value')).toEqual(['red'])
  })

  it('are checked before there is a bucket', async () => {
    const twice = [
      ['a', '1'],
      ['a', '2'],
    ] as const
    expectError(await create('mistagged', { body: tagged(twice) }), 400, 'InvalidTag')
    const many = Array.from({ length: 51 }, (_, index) => [`k${index}`, 'v'] as const)
    expectError(await create('mistagged', { body: tagged(many) }), 400, 'BadRequest')
    expectError(await tagsOf('mistagged'), 404, 'NoSuchBucket')
  })

  it('of a bucket that is there already stay as they are', async () => {
    expectSuccess(await create('kept-tags', { body: tagged([['a', '1']]) }))
    expectSuccess(await create('kept-tags', { body: tagged([['a', '2']]) }))
    expect(xmlTexts((await tagsOf('kept-tags')).text, 'Value')).toEqual(['1'])
  })
})

describe('object ownership', () => {
  const ownershipOf = async (bucket: string): Promise<string | undefined> =>
    xmlTexts(
      (await rawRequest(server, { path: `/${bucket}`, query: 'ownershipControls' })).text,
      'ObjectOwnership',
    )[0]

  it.each(['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'])(
    '%s is kept',
    async (ownership) => {
      const name = `ownership-${ownership.toLowerCase()}`
      expectSuccess(await create(name, { headers: { 'x-amz-object-ownership': ownership } }))
      expect(await ownershipOf(name)).toBe(ownership)
    },
  )

  it('is enforced by default', async () => {
    expectSuccess(await create('ownership-default'))
    expect(await ownershipOf('ownership-default')).toBe('BucketOwnerEnforced')
  })

  it('of no such kind is refused', async () => {
    const headers = { 'x-amz-object-ownership': 'Everybody' }
    expectError(await create('ownership-none', { headers }), 400, 'InvalidArgument')
  })

  it('that is enforced leaves no room for an ACL', async () => {
    const headers = { 'x-amz-acl': 'public-read' }
    expectError(await create('no-acl', { headers }), 400, 'InvalidBucketAclWithObjectOwnership')
    expectSuccess(await create('private-acl', { headers: { 'x-amz-acl': 'private' } }))
  })
})
