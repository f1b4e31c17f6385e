import { ListUsersCommand } from '@aws-sdk/client-iam'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Credentials, mainAccount, otherCredentials } from '../../support/accounts.ts'
import { type ConsoleServer, startConsoleServer } from '../../support/console-server.ts'
import { iamClient, makeUser } from '../../support/identity-clients.ts'
import { type RawRequest, rawRequest } from '../../support/raw-request.ts'
import { startServerProcess } from '../../support/server-process.ts'

let both: ConsoleServer
let jill: Credentials
beforeAll(async () => {
  both = await startConsoleServer()
  await rawRequest(both.server, { method: 'PUT', path: '/bucket' })
  await rawRequest(both.server, { method: 'PUT', path: '/bucket/key', body: 'x' })
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Keep',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:DeleteObject',
        Resource: 'arn:aws:s3:::bucket/*',
      },
    ],
  }
  const put = { method: 'PUT', path: '/bucket', query: 'policy=', body: JSON.stringify(policy) }
  await rawRequest(both.server, put)
  jill = await makeUser(both.server, 'jill', {
    Sid: 'Read',
    Effect: 'Allow',
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::other/*',
  })
  return () => both[Symbol.asyncDispose]()
})

interface Denial {
  readonly requestId: string
  readonly operation: string
  readonly principal: string
  readonly reasons: string[]
}

async function refused(request: Partial<RawRequest>): Promise<string> {
  const answer = await rawRequest(both.server, { path: '/bucket/key', ...request })
  expect(answer.status).toBe(403)
  return String(answer.headers['x-amz-request-id'])
}

async function why(requestId: string, credentials: Credentials = both.server.credentials) {
  const request = { path: '/-/denials', query: `requestId=${requestId}`, credentials }
  const answer = await rawRequest(both.console, request)
  const json = JSON.parse(answer.text) as { readonly denial?: Denial; readonly code?: string }
  return { status: answer.status, ...json }
}

describe('why a request was refused', () => {
  it('is told with the bucket of a quota that was not set', async () => {
    const query = 'bucket=bucket&maximumBytes=1'
    const answer = await rawRequest(both.console, {
      method: 'PUT',
      path: '/-/quotas',
      query,
      credentials: jill,
    })
    expect(answer.status).toBe(403)
    const { denial } = await why(String(answer.headers['x-amz-request-id']))
    expect(denial).toMatchObject({ operation: 'PutQuota', bucket: 'bucket' })
  })

  it('is told with every rule that was looked at, to the account', async () => {
    const { denial } = await why(await refused({ credentials: jill }))
    expect(denial).toMatchObject({
      status: 403,
      code: 'AccessDenied',
      operation: 'GetObject',
      principal: 'arn:aws:iam::100000000001:user/jill',
      bucket: 'bucket',
      key: 'key',
    })
    expect(denial?.reasons.join('\n')).toMatch(
      /identity-policy "own" of user jill statement 1 "Read" would allow/,
    )
  })

  it('is told of strangers to the owner of the bucket', async () => {
    const { denial } = await why(await refused({ anonymous: true }))
    expect(denial).toMatchObject({ principal: 'anonymous', operation: 'GetObject' })
    expect(denial?.reasons.length).toBeGreaterThan(0)
  })

  it("says nothing of another account's policies", async () => {
    const requestId = await refused({ method: 'DELETE', credentials: otherCredentials })
    const owner = await why(requestId)
    expect(owner.denial?.reasons.join('\n')).toContain('bucket-policy statement 1 "Keep" deny')
    const asker = await why(requestId, otherCredentials)
    expect(asker.denial?.operation).toBe('DeleteObject')
    expect(asker.denial?.reasons.join('\n')).not.toContain('bucket-policy')
  })

  it("says nothing of the policy at another account's source of a copy", async () => {
    await rawRequest(both.server, { method: 'PUT', path: '/theirs', credentials: otherCredentials })
    const deny = { Sid: 'Mine', Effect: 'Deny', Action: 's3:GetObject', Resource: 'arn:aws:s3:::theirs/*' }
    const Statement = [{ ...deny, Principal: { AWS: mainAccount.id } }]
    const body = JSON.stringify({ Version: '2012-10-17', Statement })
    const put = { method: 'PUT', path: '/theirs', query: 'policy=', body, credentials: otherCredentials }
    expect((await rawRequest(both.server, put)).status).toBe(204)
    await rawRequest(both.server, {
      method: 'PUT',
      path: '/theirs/source',
      body: 'x',
      credentials: otherCredentials,
    })
    const headers = { 'x-amz-copy-source': '/theirs/source' }
    const { denial } = await why(await refused({ method: 'PUT', path: '/bucket/copy', headers }))
    expect(denial?.operation).toBe('CopyObject')
    expect(denial?.reasons.join('\n')).not.toContain('Mine')
  })

  it('is none of the business of a third, nor of who has no permission', async () => {
    const requestId = await refused({ anonymous: true })
    expect(await why(requestId, otherCredentials)).toMatchObject({ status: 404, code: 'NotFound' })
    expect(await why(requestId, jill)).toMatchObject({ status: 403, code: 'AccessDenied' })
    expect(await why('0000000000000000')).toMatchObject({ status: 404 })
  })

  it('is told of signatures that are wrong, without the secret', async () => {
    const credentials = { ...both.server.credentials, secretAccessKey: 'a-wrong-secret' }
    const { denial, ...rest } = await why(await refused({ credentials }))
    expect(denial).toMatchObject({ code: 'SignatureDoesNotMatch' })
    expect(JSON.stringify([denial, rest])).not.toContain('a-wrong-secret')
  })

  it('is told of IAM, too', async () => {
    const failure = await iamClient(both.server, jill)
      .send(new ListUsersCommand({}))
      .catch((error: unknown) => error as { $metadata: { requestId: string } })
    const { denial } = await why('$metadata' in failure ? (failure.$metadata.requestId ?? '') : '')
    expect(denial).toMatchObject({ operation: 'ListUsers', code: 'AccessDenied' })
    expect(denial?.reasons.join()).toContain('no identity-based policy allows the iam:ListUsers action')
  })

  it('is not told of what was let in, and forgotten after a thousand others', async () => {
    const fine = await rawRequest(both.server, { path: '/bucket/key' })
    expect((await why(String(fine.headers['x-amz-request-id']))).status).toBe(404)
    const first = await refused({ anonymous: true })
    for (let round = 0; round < 20; round++)
      await Promise.all(Array.from({ length: 50 }, () => refused({ anonymous: true })))
    expect((await why(first)).status).toBe(404)
  })
})

it('explanations are for users whom a policy lets ask for them', async () => {
  const question = { principal: 'user/jill', action: 's3:GetObject', resource: 'arn:aws:s3:::bucket/key' }
  const ask = (credentials: Credentials) =>
    rawRequest(both.console, {
      method: 'POST',
      path: '/-/explain',
      body: JSON.stringify(question),
      credentials,
    })
  expect((await ask(jill)).status).toBe(403)
  const asker = await makeUser(both.server, 'asker', {
    Effect: 'Allow',
    Action: 'holdfast:Explain',
    Resource: '*',
  })
  const answer = await ask(asker)
  expect(answer.status).toBe(200)
  expect(JSON.parse(answer.text)).toMatchObject({ allowed: false })
})

it('any of several processes tells what another refused', async () => {
  await using server = await startServerProcess({ arguments: ['--workers', '2'] })
  const denied = await Promise.all(
    Array.from({ length: 8 }, () => rawRequest(server, { path: '/', anonymous: true })),
  )
  const ids = denied.map(({ headers }) => String(headers['x-amz-request-id']))
  for (const id of ids) {
    const answer = await rawRequest(server, { path: '/-/denials', query: `requestId=${id}` })
    expect(JSON.parse(answer.text)).toMatchObject({ denial: { requestId: id } })
  }
})
