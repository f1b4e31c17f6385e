import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import type { TestServer } from 'holdfast'
import { beforeAll, expect, it } from 'vitest'
import { makeUser, stsClient } from '../../support/identity-clients.ts'
import { queryRequest } from '../../support/query-request.ts'
import { rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  return () => server[Symbol.asyncDispose]()
})

const root = { Account: '100000000001', UserId: '100000000001', Arn: 'arn:aws:iam::100000000001:root' }

it('tells a root user who it is', async () => {
  expect(await stsClient(server).send(new GetCallerIdentityCommand())).toMatchObject(root)
})

it('tells a user, whatever policies say', async () => {
  const deny = { Effect: 'Deny', Action: '*', Resource: '*' }
  const credentials = await makeUser(server, 'bob', deny)
  expect(await stsClient(server, credentials).send(new GetCallerIdentityCommand())).toMatchObject({
    Account: '100000000001',
    Arn: 'arn:aws:iam::100000000001:user/bob',
  })
})

it('answers in XML of STS, to a form and to a query, in any region', async () => {
  const form = await queryRequest(server, 'sts', { Action: 'GetCallerIdentity' }, { region: 'eu-central-1' })
  const query = 'Action=GetCallerIdentity&Version=2011-06-15'
  const get = await rawRequest(server, { path: '/', query, service: 'sts' })
  for (const answer of [form, get]) {
    expect(answer.status).toBe(200)
    expect(answer.text).toMatch(
      /^<GetCallerIdentityResponse xmlns="https:\/\/sts.amazonaws.com\/doc\/2011-06-15\/"><GetCallerIdentityResult>.*<Arn>arn:aws:iam::100000000001:root<\/Arn>/,
    )
  }
})

it('answers at the root with slashes too many, where Vault passes on what its clients have signed for the root', async () => {
  const form = await queryRequest(server, 'sts', { Action: 'GetCallerIdentity' }, { path: '//' })
  const query = 'Action=GetCallerIdentity&Version=2011-06-15'
  const get = await rawRequest(server, { path: '///', query, service: 'sts' })
  for (const answer of [form, get]) {
    expect(answer.status).toBe(200)
    expect(xmlTexts(answer.text, 'Arn')).toEqual([root.Arn])
  }
})

const json = { accept: 'application/json' }

it.each(['application/json', 'Application/JSON; charset=utf-8', 'application/json, text/plain, */*'])(
  'answers in JSON who accepts %s',
  async (accept) => {
    const query = 'Action=GetCallerIdentity&Version=2011-06-15'
    const answer = await rawRequest(server, { path: '/', query, service: 'sts', headers: { accept } })
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/json'])
    const RequestId = answer.headers['x-amzn-requestid']
    expect(JSON.parse(answer.text)).toEqual({
      GetCallerIdentityResponse: { GetCallerIdentityResult: root, ResponseMetadata: { RequestId } },
    })
  },
)

it.each(['*/*', 'text/xml, application/json', 'application/jsonx', ''])(
  'answers in XML who accepts %j',
  async (accept) => {
    const query = 'Action=GetCallerIdentity&Version=2011-06-15'
    const answer = await rawRequest(server, { path: '/', query, service: 'sts', headers: { accept } })
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/xml'])
  },
)

it('refuses in JSON, too', async () => {
  const query = 'Action=GetCallerIdentity&Version=2011-06-15'
  const answer = await rawRequest(server, { path: '/', query, anonymous: true, headers: json })
  expect([answer.status, answer.headers['content-type']]).toEqual([403, 'application/json'])
  expect(JSON.parse(answer.text)).toEqual({
    Error: {
      Type: 'Sender',
      Code: 'MissingAuthenticationToken',
      Message: 'Request is missing Authentication Token',
    },
    RequestId: answer.headers['x-amzn-requestid'],
  })
})

it('takes a POST whose parameters stand in the query, or partly there', async () => {
  const post = { method: 'POST', path: '/', service: 'sts' }
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const requests = [
    { ...post, query: 'Action=GetCallerIdentity&Version=2011-06-15' },
    { ...post, query: 'Action=GetCallerIdentity', body: 'Version=2011-06-15', headers },
  ]
  for (const request of requests) {
    const answer = await rawRequest(server, request)
    expect([answer.status, xmlTexts(answer.text, 'Arn')]).toEqual([200, [root.Arn]])
  }
})

it('is nobody without a signature', async () => {
  const answer = await queryRequest(server, 'sts', { Action: 'GetCallerIdentity' }, { anonymous: true })
  expect([answer.status, answer.errorCode]).toEqual([403, 'MissingAuthenticationToken'])
})
