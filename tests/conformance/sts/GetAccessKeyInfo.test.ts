import { GetAccessKeyInfoCommand } from '@aws-sdk/client-sts'
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
  for (const AccessKeyId of [accessKeyId, server.credentials.accessKeyId]) {
    const { Account } = await other.send(new GetAccessKeyInfoCommand({ AccessKeyId }))
    expect(Account).toBe('100000000001')
  }
})

it('knows no other key', async () => {
  const asking = stsClient(server).send(new GetAccessKeyInfoCommand({ AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA' }))
  await expect(asking).rejects.toMatchObject({ name: 'ValidationError' })
})

it('takes a permission', async () => {
  const credentials = await makeUser(server, 'powerless')
  const asking = stsClient(server, credentials).send(
    new GetAccessKeyInfoCommand({ AccessKeyId: credentials.accessKeyId }),
  )
  await expect(asking).rejects.toMatchObject({ name: 'AccessDenied' })
})
