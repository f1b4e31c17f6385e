import { beforeAll, describe, expect, it } from 'vitest'
import { type Credentials, mainAccount, otherAccount, otherCredentials } from '../../support/accounts.ts'
import { type ConsoleServer, startConsoleServer } from '../../support/console-server.ts'
import { makeUser } from '../../support/identity-clients.ts'
import { rawRequest } from '../../support/raw-request.ts'

let both: ConsoleServer
let viewer: Credentials
beforeAll(async () => {
  both = await startConsoleServer()
  const owner = { 'x-amz-object-ownership': 'ObjectWriter' }
  await rawRequest(both.server, { method: 'PUT', path: '/photos', headers: owner })
  await rawRequest(both.server, { method: 'PUT', path: '/photos/cat', body: 'meow' })
  await rawRequest(both.server, { method: 'PUT', path: '/foreign', credentials: otherCredentials })
  viewer = await makeUser(both.server, 'viewer', {
    Effect: 'Allow',
    Action: 'holdfast:PreviewChange',
    Resource: '*',
  })
  await makeUser(both.server, 'alice')
  return () => both[Symbol.asyncDispose]()
})

const documentOf = (...Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement })

async function preview(body: unknown, credentials?: Credentials) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const request = { method: 'POST', path: '/-/preview', body: text, ...(credentials && { credentials }) }
  const answer = await rawRequest(both.console, request)
  return { status: answer.status, ...(JSON.parse(answer.text) as PreviewAnswer) }
}

interface PreviewAnswer {
  readonly code?: string
  readonly message?: string
  readonly answers?: readonly {
    readonly principal: string
    readonly before?: boolean
    readonly after?: boolean
    readonly reason?: string
    readonly error?: string
  }[]
}

const reads = (principal: string, resource = 'arn:aws:s3:::photos/cat') => ({
  principal,
  action: 's3:GetObject',
  resource,
})

const letOther = documentOf({
  Effect: 'Allow',
  Principal: { AWS: otherAccount.id },
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::photos/*',
})

const putPolicy = (Policy: string, Bucket = 'photos') => ({
  operation: 'PutBucketPolicy',
  input: { Bucket, Policy },
})

const outcomes = ({ answers }: PreviewAnswer) => answers?.map(({ before, after }) => [before, after])

describe('a preview', () => {
  it('tells who would gain and lose what by a bucket policy, and changes nothing', async () => {
    const questions = [reads('anonymous'), reads(otherAccount.id), reads(mainAccount.id)]
    const found = await preview({ changes: [putPolicy(letOther)], questions })
    expect(outcomes(found)).toEqual([
      [false, false],
      [false, true],
      [true, true],
    ])
    expect(found.answers?.[1]?.reason).toContain('bucket-policy statement 1')
    const asOther = { path: '/photos/cat', credentials: otherCredentials }
    expect((await rawRequest(both.server, asOther)).status).toBe(403)
    expect((await rawRequest(both.server, { path: '/photos', query: 'policy' })).errorCode).toBe(
      'NoSuchBucketPolicy',
    )

    await rawRequest(both.server, { method: 'PUT', path: '/photos', query: 'policy', body: letOther })
    const remove = { operation: 'DeleteBucketPolicy', input: { Bucket: 'photos' } }
    expect(outcomes(await preview({ changes: [remove], questions }))?.[1]).toEqual([true, false])
    expect((await rawRequest(both.server, asOther)).status).toBe(200)
    await rawRequest(both.server, { method: 'DELETE', path: '/photos', query: 'policy' })
  })

  it('tells the same of access control lists', async () => {
    const Owner = { ID: mainAccount.canonicalId }
    const Grants = [{ Grantee: { Type: 'CanonicalUser', ID: otherAccount.canonicalId }, Permission: 'READ' }]
    const input = { Bucket: 'photos', AccessControlPolicy: { Owner, Grants } }
    const ofObject = { operation: 'PutObjectAcl', input: { ...input, Key: 'cat' } }
    const asked = { changes: [ofObject], questions: [reads(otherAccount.id), reads('anonymous')] }
    expect(outcomes(await preview(asked))).toEqual([
      [false, true],
      [false, false],
    ])
    const lists = { principal: otherAccount.id, action: 's3:ListBucket', resource: 'arn:aws:s3:::photos' }
    const ofBucket = { changes: [{ operation: 'PutBucketAcl', input }], questions: [lists] }
    expect(outcomes(await preview(ofBucket))).toEqual([[false, true]])
    const strange = { ...input, AccessControlPolicy: { Owner: { ID: otherAccount.canonicalId }, Grants } }
    const given = { changes: [{ operation: 'PutBucketAcl', input: strange }], questions: [lists] }
    expect(await preview(given)).toMatchObject({ status: 403, code: 'AccessDenied' })
  })

  it('tells the same of policies of access points', async () => {
    const headers = { 'x-amz-account-id': mainAccount.id }
    const place = { path: '/v20180820/accesspoint/team', headers }
    const body = '<CreateAccessPointRequest><Bucket>photos</Bucket></CreateAccessPointRequest>'
    expect((await rawRequest(both.server, { method: 'PUT', ...place, body })).status).toBe(200)
    const arn = `arn:aws:s3:us-east-1:${mainAccount.id}:accesspoint/team`
    const Principal = { AWS: `arn:aws:iam::${mainAccount.id}:user/alice` }
    const Statement = { Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: `${arn}/object/*` }
    const put = (...more: object[]) => ({
      operation: 'PutAccessPointPolicy',
      input: { Name: 'team', Policy: documentOf(...more) },
    })
    const lets = { ...Statement, Effect: 'Allow', Principal }
    const questions = [reads(mainAccount.id, `${arn}/object/cat`), reads('user/alice', `${arn}/object/cat`)]
    expect(outcomes(await preview({ changes: [put(Statement)], questions }))).toEqual([
      [true, false],
      [false, false],
    ])
    const remove = { operation: 'DeleteAccessPointPolicy', input: { Name: 'team' } }
    expect(outcomes(await preview({ changes: [put(Statement), remove], questions }))?.[0]).toEqual([
      true,
      true,
    ])
    // The bucket has to let her, too.
    const ofBucket = documentOf({ ...lets, Resource: 'arn:aws:s3:::photos/*' })
    const changes = [put(lets), putPolicy(ofBucket)]
    expect(outcomes(await preview({ changes: changes, questions }))?.[1]).toEqual([false, true])
    const none = { operation: 'DeleteAccessPointPolicy', input: { Name: 'no-such' } }
    expect(await preview({ changes: [none], questions })).toMatchObject({ status: 404 })
  })

  it('tells the same of policies of people, one change after another', async () => {
    const PolicyDocument = documentOf({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' })
    const which = { UserName: 'alice', PolicyName: 'read' }
    const gives = { operation: 'PutUserPolicy', input: { ...which, PolicyDocument } }
    const takes = { operation: 'DeleteUserPolicy', input: which }
    const questions = [reads('user/alice')]
    expect(outcomes(await preview({ changes: [gives], questions }))).toEqual([[false, true]])
    expect(outcomes(await preview({ changes: [gives, takes], questions }))).toEqual([[false, false]])
    expect(await preview({ changes: [takes], questions })).toMatchObject({ status: 404, code: 'NotFound' })
  })

  it('tells of one who is not there, and of all others all the same', async () => {
    const questions = [reads('user/nobody'), reads('anonymous')]
    const { answers } = await preview({ changes: [putPolicy(letOther)], questions })
    expect(answers?.[0]?.error).toContain('No such principal')
    expect(answers?.[1]?.after).toBe(false)
  })
})

describe('what is refused', () => {
  it('is what the change itself would be answered', async () => {
    const questions = [reads('anonymous')]
    const anybody = documentOf({
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::photos/*',
    })
    // Public access is blocked in new buckets.
    expect(await preview({ changes: [putPolicy(anybody)], questions })).toMatchObject({ status: 403 })
    expect(await preview({ changes: [putPolicy('{}')], questions })).toMatchObject({
      code: 'MalformedPolicy',
    })
    const elsewhere = [putPolicy(letOther.replaceAll('photos', 'foreign'), 'foreign')]
    expect(await preview({ changes: elsewhere, questions })).toMatchObject({ status: 403 })
    const overTls = { Bool: { 'aws:SecureTransport': 'true' } }
    const careful = await makeUser(
      both.server,
      'careful',
      { Effect: 'Allow', Action: 'holdfast:PreviewChange', Resource: '*' },
      { Effect: 'Allow', Action: 's3:PutBucketPolicy', Resource: '*', Condition: overTls },
    )
    expect(await preview({ changes: [putPolicy(letOther)], questions }, careful)).toMatchObject({
      status: 403,
    })
    // Who may preview may not make the change for that.
    expect(await preview({ changes: [putPolicy(letOther)], questions }, viewer)).toMatchObject({
      status: 403,
    })
  })

  it.each<[string, unknown]>([
    ['no JSON', '{'],
    ['a list', []],
    ['no changes', { changes: [], questions: [reads('anonymous')] }],
    ['no questions', { changes: [putPolicy(letOther)], questions: [] }],
    [
      'too many',
      { changes: [putPolicy(letOther)], questions: Array.from({ length: 201 }, () => reads('anonymous')) },
    ],
    ['a further member', { changes: [putPolicy(letOther)], questions: [reads('anonymous')], more: 1 }],
    [
      'another operation',
      { changes: [{ operation: 'DeleteBucket', input: { Bucket: 'photos' } }], questions: [1] },
    ],
    ['a name of the prototype', { changes: [{ operation: 'constructor', input: {} }], questions: [1] }],
    ['a number for a policy', { changes: [putPolicy(1 as never)], questions: [reads('anonymous')] }],
    [
      'a member that the operation has not',
      {
        changes: [{ operation: 'DeleteBucketPolicy', input: { Bucket: 'photos', ExpectedBucketOwner: 'x' } }],
        questions: [reads('anonymous')],
      },
    ],
    [
      'grants that are none',
      {
        changes: [
          {
            operation: 'PutBucketAcl',
            input: { Bucket: 'photos', AccessControlPolicy: { Owner: {}, Grants: [1] } },
          },
        ],
        questions: [reads('anonymous')],
      },
    ],
  ])('%s', async (_, body) => {
    expect(await preview(body)).toMatchObject({ status: 400, code: 'InvalidRequest' })
  })

  it('a question that is none, and whoever may not ask', async () => {
    const changes = [putPolicy(letOther)]
    expect(await preview({ changes, questions: [{}] })).toMatchObject({ status: 400 })
    const strange = [{ ...reads('anonymous'), resource: 'arn:aws:s3:::foreign/x' }]
    expect(await preview({ changes, questions: strange })).toMatchObject({ status: 403 })
    const user = await makeUser(both.server, 'nobody-special', {
      Effect: 'Allow',
      Action: 's3:*',
      Resource: '*',
    })
    const denied = await preview({ changes, questions: [reads('anonymous')] }, user)
    expect(denied).toMatchObject({ status: 403, code: 'AccessDenied' })
    expect(denied.message).toContain('holdfast:PreviewChange')
  })
})
