import { GetAccessKeyInfoCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts'
import type { TestServer } from 'holdfast'
import { beforeAll, expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { makeUser, stsClient } from '../../support/identity-clients.ts'
import { startTestServer } from '../../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  return () => server[Symbol.asyncDispose]()
})

it('tells whose a key is, of any account', async () => {
  const { accessKeyId } = await makeUser(server, 'bob')
  const other = stsClient(server, otherCredentials)
  const { Credentials: session } = await stsClient(server).send(new GetSessionTokenCommand())
  for (const AccessKeyId of [accessKeyId, server.credentials.accessKeyId, session?.AccessKeyId]) {
    const { Account } = await other.send(new GetAccessKeyInfoCommand({ AccessKeyId }))
    expect(Account).toBe('100000000001')
  }
})

it.each(['AKIAAAAAAAAAAAAAAAAA', 'ASIAAAAAAAAAAAAAAAAA'])('knows no %s', async (AccessKeyId) => {
  const asking = stsClient(server).send(new GetAccessKeyInfoCommand({ AccessKeyId }))
  await expect(asking).rejects.toMatchObject({ name: 'ValidationError' })
})

it('takes a permission', async () => {
  const credentials = await makeUser(server, 'powerless')
  const asking = stsClient(server, credentials).send(
    new GetAccessKeyInfoCommand({ AccessKeyId: credentials.accessKeyId }),
  )
  await expect(asking).rejects.toMatchObject({ name: 'AccessDenied' })
})
