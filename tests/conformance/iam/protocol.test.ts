import {
  CreatePolicyCommand,
  CreateSAMLProviderCommand,
  CreateUserCommand,
  GetPolicyCommand,
  IAMClient,
  ListUsersCommand,
} from '@aws-sdk/client-iam'
import { GetDelegatedAccessTokenCommand } from '@aws-sdk/client-sts'
import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { iamClient, stsClient } from '../../support/identity-clients.ts'
import { queryRequest } from '../../support/query-request.ts'
import { rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  return () => server[Symbol.asyncDispose]()
})

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

describe('a request of the Query protocol', () => {
  it.each([
    [{}, 400, 'MissingAction'],
    [{ Action: '' }, 400, 'MissingAction'],
    [{ Action: 'MakeCoffee' }, 400, 'InvalidAction'],
    [{ Action: 'constructor' }, 400, 'InvalidAction'],
    [{ Action: 'ListUsers', Version: '2009-01-01' }, 400, 'InvalidAction'],
    [{ Action: 'GetCallerIdentity' }, 400, 'InvalidAction'],
    [{ Action: 'ListUsers', MaxItems: '0' }, 400, 'ValidationError'],
    [{ Action: 'ListUsers', MaxItems: 'x' }, 400, 'MalformedInput'],
    [{ Action: 'ListOrganizationsFeatures' }, 501, 'NotImplemented'],
  ])('%j is answered %i %s', async (parameters, status, code) => {
    const answer = await queryRequest(server, 'iam', parameters)
    expect([answer.status, answer.errorCode]).toEqual([status, code])
    expect(answer.text).toMatch(
      /^<ErrorResponse xmlns="https:\/\/iam.amazonaws.com\/doc\/2010-05-08\/"><Error><Type>Sender<\/Type>/,
    )
    expect(xmlTexts(answer.text, 'RequestId')).toEqual([answer.headers['x-amz-request-id']])
  })

  it('names the version that it lacks', async () => {
    const request = { method: 'POST', path: '/', headers: FORM, body: 'Action=ListUsers', service: 'iam' }
    const answer = await rawRequest(server, request)
    expect(xmlTexts(answer.text, 'Message')).toEqual([
      'Could not find operation ListUsers for version NO_VERSION_SPECIFIED',
    ])
  })

  it.each(['\u0001', '\u001f', '\ufffe'])('is answered in XML, whatever it says: %j', async (strange) => {
    const iam = iamClient(server)
    const refused = iam.send(new CreateUserCommand({ UserName: `a${strange}b` }))
    await expect(refused).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining("Value 'a\ufffdb' at 'userName'"),
    })
    const PolicyDocument = `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`
    const PolicyName = `p${strange.charCodeAt(0)}`
    const made = { PolicyName, PolicyDocument, Description: `a${strange}b` }
    const { Policy } = await iam.send(new CreatePolicyCommand(made))
    const { Policy: read } = await iam.send(new GetPolicyCommand({ PolicyArn: Policy?.Arn }))
    expect(read?.Description).toBe('a\ufffdb')
  })

  it('is malformed where it is no UTF-8', async () => {
    const answer = await queryRequest(server, 'iam', {}, { body: 'Action=%ff' })
    expect([answer.status, answer.errorCode]).toEqual([404, 'MalformedQueryString'])
  })

  it('is not larger than 1 MiB', async () => {
    const answer = await queryRequest(server, 'iam', {}, { body: 'x'.repeat(1024 * 1024 + 1) })
    expect([answer.status, answer.errorCode]).toEqual([413, 'RequestEntityTooLarge'])
  })

  it('is held to its body', async () => {
    const body = 'Action=ListUsers&Version=2010-05-08'
    const headers = { ...FORM, 'x-amz-content-sha256': '0'.repeat(64) }
    const answer = await queryRequest(server, 'iam', {}, { body, headers })
    expect([answer.status, answer.errorCode]).toEqual([403, 'SignatureDoesNotMatch'])
  })

  it('is held to its time', async () => {
    const date = new Date(Date.now() - 3600_000)
    const answer = await queryRequest(server, 'iam', { Action: 'ListUsers' }, { date })
    expect([answer.status, answer.errorCode]).toEqual([403, 'SignatureDoesNotMatch'])
  })

  it.each([
    ['InvalidClientTokenId', { accessKeyId: 'HOLDFASTNOBODYSKEY01', secretAccessKey: 'x'.repeat(40) }],
    ['InvalidClientTokenId', { accessKeyId: 'AKIA'.repeat(100), secretAccessKey: 'x'.repeat(40) }],
    ['SignatureDoesNotMatch', { accessKeyId: 'HOLDFASTMAINKEY00001', secretAccessKey: 'x'.repeat(40) }],
  ])('says %s', async (name, credentials) => {
    const asking = iamClient(server, credentials).send(new ListUsersCommand())
    await expect(asking).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 403 } })
  })

  it('is signed for one of the services, not for both', async () => {
    const answer = await queryRequest(server, 'sts', { Action: 'ListUsers', Version: '2010-05-08' })
    expect(answer.errorCode).toBe('InvalidAction')
  })

  it('may be signed for any region', async () => {
    const client = new IAMClient({
      endpoint: server.url,
      region: 'ap-south-1',
      credentials: { ...server.credentials },
    })
    expect((await client.send(new ListUsersCommand())).Users).toEqual([])
  })
})

it('what is not built is not implemented', async () => {
  const making = iamClient(server).send(
    new CreateSAMLProviderCommand({ Name: 'p', SAMLMetadataDocument: 'x'.repeat(1000) }),
  )
  await expect(making).rejects.toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } })
  const asking = stsClient(server).send(new GetDelegatedAccessTokenCommand({ TradeInToken: 'x' }))
  await expect(asking).rejects.toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } })
})

describe('what is S3 stays S3', () => {
  it.each([
    [
      'a form of nothing',
      { method: 'POST', headers: FORM, body: 'a=b', anonymous: true },
      405,
      'MethodNotAllowed',
    ],
    [
      'an action that nobody has',
      { method: 'POST', headers: FORM, body: 'Action=x', anonymous: true },
      405,
      'MethodNotAllowed',
    ],
    [
      'a form signed for S3',
      { method: 'POST', headers: FORM, body: 'Action=ListUsers' },
      405,
      'MethodNotAllowed',
    ],
    ['a list signed for S3', { query: 'Action=ListUsers' }, 200, undefined],
    ['a list that nobody signed', { query: 'Action=x', anonymous: true }, 403, 'AccessDenied'],
  ])('%s', async (_, request, status, code) => {
    const answer = await rawRequest(server, { path: '/', ...request })
    expect([answer.status, answer.errorCode]).toEqual([status, code])
  })
})
