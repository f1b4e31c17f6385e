import { DecodeAuthorizationMessageCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts'
import type { TestServer } from 'holdfast'
import { beforeAll, expect, it } from 'vitest'
import type { Credentials } from '../../support/accounts.ts'
import { makeUser, sessionOf, stsClient } from '../../support/identity-clients.ts'
import { queryRequest } from '../../support/query-request.ts'
import { startTestServer } from '../../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  return () => server[Symbol.asyncDispose]()
})

const decode = (EncodedMessage: string, credentials?: Credentials) =>
  stsClient(server, credentials).send(new DecodeAuthorizationMessageCommand({ EncodedMessage }))

it.each(['x', 'rHU-pVHMSckD0OAc5l3r9-gKN1XZjZ2X', 'with a\nline break', '\u{1f600}', 'x'.repeat(10_240)])(
  'no message is valid: nothing that there is gives any (%#)',
  async (text) => {
    await expect(decode(text)).rejects.toMatchObject({
      name: 'InvalidAuthorizationMessageException',
      $metadata: { httpStatusCode: 400 },
    })
  },
)

it.each([
  ['none', {}],
  ['an empty one', { EncodedMessage: '' }],
  ['too long a one', { EncodedMessage: 'x'.repeat(10_241) }],
])('takes no request with %s', async (_, parameters) => {
  const answer = await queryRequest(server, 'sts', { Action: 'DecodeAuthorizationMessage', ...parameters })
  expect([answer.status, answer.errorCode]).toEqual([400, 'ValidationError'])
})

it('takes a permission, and no session of a user', async () => {
  const nobody = await makeUser(server, 'powerless')
  await expect(decode('x', nobody)).rejects.toMatchObject({ name: 'AccessDenied' })
  const may = { Effect: 'Allow', Action: 'sts:DecodeAuthorizationMessage', Resource: '*' }
  const able = await makeUser(server, 'able', may)
  await expect(decode('x', able)).rejects.toMatchObject({ name: 'InvalidAuthorizationMessageException' })
  const { Credentials: session } = await stsClient(server, able).send(new GetSessionTokenCommand())
  await expect(decode('x', sessionOf(session))).rejects.toMatchObject({ name: 'AccessDenied' })
})
