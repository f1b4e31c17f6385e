/**
 * Whom a grant is for. Source: AWS KMS API Reference, CreateGrant, and what ListGrants tells of principals that are gone
 * (https://github.com/hashicorp/terraform-provider-aws/pull/3038).
 */
import {
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam'
import {
  CreateGrantCommand,
  CreateKeyCommand,
  EncryptCommand,
  type KMSClient,
  ListGrantsCommand,
  ListRetirableGrantsCommand,
  RetireGrantCommand,
} from '@aws-sdk/client-kms'
import type { TestServer } from 'holdfast'
import { beforeAll, expect, it } from 'vitest'
import { mainAccount } from '../../support/accounts.ts'
import { iamClient, makeUser } from '../../support/identity-clients.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { startTestServer } from '../../support/server.ts'

let server: TestServer
let kms: KMSClient
let KeyId: string
beforeAll(async () => {
  server = await startTestServer()
  kms = kmsClient(server)
  KeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? ''
  return () => server[Symbol.asyncDispose]()
})

const arnOf = (name: string) => `arn:aws:iam::${mainAccount.id}:user/${name}`

function grant(GranteePrincipal: string, more: { RetiringPrincipal?: string } = {}) {
  return kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal, Operations: ['Encrypt'], ...more }))
}

const encrypt = (client: KMSClient) =>
  client.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') })).then(
    () => 'encrypts',
    (error: Error) => error.name,
  )

const grantees = async () =>
  ((await kms.send(new ListGrantsCommand({ KeyId }))).Grants ?? []).map(
    ({ GranteePrincipal }) => GranteePrincipal,
  )

it('is not whoever gets the name of one that was deleted', async () => {
  const iam = iamClient(server)
  const first = await makeUser(server, 'gone')
  await grant(arnOf('gone'))
  expect(await encrypt(kmsClient(server, first))).toBe('encrypts')
  await iam.send(new DeleteAccessKeyCommand({ UserName: 'gone', AccessKeyId: first.accessKeyId }))
  await iam.send(new DeleteUserCommand({ UserName: 'gone' }))
  const second = await makeUser(server, 'gone')
  expect(await encrypt(kmsClient(server, second))).toBe('AccessDeniedException')
  expect(await grantees()).toContainEqual(expect.stringMatching(/^AIDA[A-Z\d]+$/))
  expect(await grantees()).not.toContain(arnOf('gone'))
})

it('is the same user under another name', async () => {
  const credentials = await makeUser(server, 'before')
  const { GrantId } = await grant(arnOf('before'), { RetiringPrincipal: arnOf('before') })
  await iamClient(server).send(new UpdateUserCommand({ UserName: 'before', NewUserName: 'after' }))
  const renamed = kmsClient(server, credentials)
  expect(await encrypt(renamed)).toBe('encrypts')
  const listed = await kms.send(new ListGrantsCommand({ KeyId, GranteePrincipal: arnOf('after') }))
  expect(listed.Grants).toMatchObject([{ GrantId, RetiringPrincipal: arnOf('after') }])
  const retirable = await kms.send(new ListRetirableGrantsCommand({ RetiringPrincipal: arnOf('after') }))
  expect(retirable.Grants).toMatchObject([{ GrantId }])
  await renamed.send(new RetireGrantCommand({ KeyId, GrantId }))
  expect(await encrypt(renamed)).toBe('AccessDeniedException')
})

it.each([
  'foo',
  'arn:aws:s3:::bucket',
  arnOf('nobody'),
  `arn:aws:iam::${mainAccount.id}:role/nobody`,
  `arn:aws:iam::${mainAccount.id}:group/all`,
  'arn:aws:iam::999999999999:root',
])('has to be there: %s', async (principal) => {
  await iamClient(server)
    .send(new CreateUserCommand({ UserName: 'retires' }))
    .catch(() => undefined)
  const refusal = { name: 'InvalidArnException', $metadata: { httpStatusCode: 400 } }
  await expect(grant(principal)).rejects.toMatchObject(refusal)
  await expect(grant(arnOf('retires'), { RetiringPrincipal: principal })).rejects.toMatchObject(refusal)
})
