import { CreateRoleCommand } from '@aws-sdk/client-iam'
import { CreateGrantCommand, CreateKeyCommand, DecryptCommand, EncryptCommand } from '@aws-sdk/client-kms'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Explanation } from '../../../packages/server/src/access/explanation.ts'
import { type Credentials, mainCredentials, otherAccount, otherCredentials } from '../../support/accounts.ts'
import {
  iamClient,
  makeRole,
  makeUser,
  sessionOf,
  stsClient,
  trustPolicy,
} from '../../support/identity-clients.ts'
import { executable } from '../../support/executable.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { type RawAnswer, rawRequest } from '../../support/raw-request.ts'
import { runCommand } from '../../support/run-command.ts'
import { type ServerProcess, startServerProcess } from '../../support/server-process.ts'

const HOME = '100000000001'
const policy = (...Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement })
const allow = (Action: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...more,
})

let server: ServerProcess
let jill: Credentials
let keyArn: string
let roleArn: string

beforeAll(async () => {
  server = await startServerProcess()
  jill = await makeUser(server, 'jill', allow('kms:Decrypt', { Sid: 'Keys' }), allow('sts:*'))
  await makeUser(server, 'jack')
  const admin = allow('kms:*', { Principal: { AWS: HOME }, Sid: 'Account' })
  const Policy = policy(admin, {
    ...admin,
    Effect: 'Deny',
    Action: 'kms:Encrypt',
    Sid: 'Never',
    Principal: { AWS: `arn:aws:iam::${HOME}:user/jill` },
  })
  keyArn = (await kmsClient(server).send(new CreateKeyCommand({ Policy }))).KeyMetadata?.Arn ?? ''
  const trust = trustPolicy(`arn:aws:iam::${HOME}:user/jill`, { StringEquals: { 'sts:ExternalId': 'one' } })
  roleArn = await makeRole(
    server,
    { RoleName: 'worker', Path: '/jobs/', AssumeRolePolicyDocument: trust },
    allow('iam:GetRole'),
  )
  return () => server[Symbol.asyncDispose]()
})

function ask(question: object, credentials = mainCredentials): Promise<RawAnswer> {
  return rawRequest(server, {
    method: 'POST',
    path: '/-/explain',
    body: JSON.stringify(question),
    credentials,
  })
}

async function explained(question: object): Promise<Explanation> {
  const { status, text } = await ask(question)
  expect([status, text]).toEqual([200, expect.any(String)])
  return JSON.parse(text) as Explanation
}

describe('of a key', () => {
  it('the policies of either side are told', async () => {
    const asked = { principal: 'user/jill', action: 'KMS:decrypt', resource: keyArn }
    const { action, allowed, reasons } = await explained(asked)
    expect([action, allowed]).toEqual(['kms:Decrypt', true])
    expect(reasons).toMatchObject([
      { source: 'identity-policy', matched: true, policy: { name: 'own' }, statement: { sid: 'Keys' } },
      { source: 'identity-policy', matched: false },
      {
        source: 'key-policy',
        matched: true,
        statement: { sid: 'Account' },
        detail: "it names the caller's account",
      },
      { source: 'key-policy', matched: false, statement: { sid: 'Never' } },
      { source: 'key-policy', effect: 'Allow' },
    ])
    const denied = await explained({ ...asked, action: 'kms:Encrypt' })
    expect(denied.reasons.at(-1)).toMatchObject({
      source: 'key-policy',
      effect: 'Deny',
      statement: { sid: 'Never' },
    })
    const lacking = await explained({ ...asked, principal: 'user/jack' })
    expect(lacking.reasons.at(-1)).toMatchObject({
      source: 'default',
      detail: 'no policy of the caller allows it',
    })
  })

  it('a grant is told, where its encryption context is the one', async () => {
    const KeyId = keyArn
    const GranteePrincipal = `arn:aws:iam::${HOME}:user/jack`
    const Constraints = { EncryptionContextEquals: { team: 'red' } }
    const granting = new CreateGrantCommand({ KeyId, GranteePrincipal, Operations: ['Decrypt'], Constraints })
    const kms = kmsClient(server)
    await kms.send(granting)
    const asked = { principal: 'user/jack', action: 'kms:Decrypt', resource: keyArn }
    expect((await explained(asked)).allowed).toBe(false)
    const context = { 'kms:EncryptionContext:team': 'red' }
    const { allowed, reasons } = await explained({ ...asked, context })
    expect([allowed, reasons.at(-1)?.source]).toEqual([true, 'key-grant'])
  })

  it('what no other account can be permitted is told', async () => {
    const everybody = allow('kms:*', { Principal: { AWS: [HOME, otherAccount.id] } })
    const made = await kmsClient(server).send(new CreateKeyCommand({ Policy: policy(everybody) }))
    const asked = { principal: otherAccount.id, resource: made.KeyMetadata?.Arn }
    expect((await explained({ ...asked, action: 'kms:Encrypt' })).allowed).toBe(true)
    const { allowed, reasons } = await explained({ ...asked, action: 'kms:PutKeyPolicy' })
    expect([allowed, reasons.at(-1)]).toEqual([
      false,
      expect.objectContaining({ source: 'default', effect: 'Deny' }),
    ])
  })

  it('explains what the key service does', async () => {
    const EncryptionContext = { team: 'red' }
    const Plaintext = Buffer.from('x')
    const { CiphertextBlob } = await kmsClient(server).send(
      new EncryptCommand({ KeyId: keyArn, Plaintext, EncryptionContext }),
    )
    const jack = await makeUser(
      server,
      'jack-of-keys',
      allow('kms:Decrypt', { Condition: { StringEquals: { 'kms:EncryptionContext:team': 'blue' } } }),
    )
    for (const [name, credentials] of [
      ['jill', jill],
      ['jack-of-keys', jack],
    ] as const) {
      const asked = {
        principal: `user/${name}`,
        resource: keyArn,
        context: { 'kms:EncryptionContext:team': 'red' },
      }
      const own = kmsClient(server, credentials)
      const done = await Promise.allSettled([
        own.send(new DecryptCommand({ CiphertextBlob, EncryptionContext })),
        own.send(new EncryptCommand({ KeyId: keyArn, Plaintext, EncryptionContext })),
      ])
      const told = [
        await explained({ ...asked, action: 'kms:Decrypt' }),
        await explained({ ...asked, action: 'kms:Encrypt' }),
      ]
      expect(told.map(({ allowed }) => allowed)).toEqual(done.map(({ status }) => status === 'fulfilled'))
    }
  })
})

describe('of a role', () => {
  const asked = { principal: 'user/jill', action: 'sts:AssumeRole' }
  const context = { 'sts:ExternalId': 'one' }

  it('its trust policy is told, and agrees with what STS does', async () => {
    const resource = roleArn
    const without = await explained({ ...asked, resource })
    expect(without.allowed).toBe(false)
    expect(without.reasons).toContainEqual(
      expect.objectContaining({
        source: 'trust-policy',
        matched: false,
        detail: 'the condition StringEquals sts:ExternalId [one] does not hold',
      }),
    )
    expect((await explained({ ...asked, resource, context })).allowed).toBe(true)
    const assuming = { RoleArn: roleArn, RoleSessionName: 'session' }
    const sts = stsClient(server, jill)
    await expect(sts.send(new AssumeRoleCommand(assuming))).rejects.toMatchObject({ name: 'AccessDenied' })
    await sts.send(new AssumeRoleCommand({ ...assuming, ExternalId: 'one' }))
  })

  it('no root user assumes any', async () => {
    const open = await makeRole(server, { RoleName: 'open', AssumeRolePolicyDocument: trustPolicy(HOME) })
    const { allowed, reasons } = await explained({ ...asked, principal: HOME, resource: open })
    expect([allowed, reasons.at(-1)?.detail]).toEqual([false, 'roles may not be assumed by root users'])
  })
})

it('of IAM itself the own policies decide, in sessions too', async () => {
  const asked = { principal: 'role/worker', action: 'iam:GetRole', resource: roleArn }
  expect((await explained(asked)).allowed).toBe(true)
  expect((await explained({ ...asked, action: 'iam:DeleteRole' })).allowed).toBe(false)
  expect((await explained({ ...asked, action: 'iam:ListUsers', resource: '*' })).allowed).toBe(false)
  const sts = stsClient(server, jill)
  const assuming = { RoleArn: roleArn, RoleSessionName: 'session', ExternalId: 'one' }
  const session = iamClient(server, sessionOf((await sts.send(new AssumeRoleCommand(assuming))).Credentials))
  const creating = session.send(
    new CreateRoleCommand({ RoleName: 'x', AssumeRolePolicyDocument: trustPolicy(HOME) }),
  )
  await expect(creating).rejects.toMatchObject({ name: 'AccessDenied' })
  expect((await explained({ ...asked, action: 'iam:CreateRole' })).allowed).toBe(false)
})

describe('it is refused', () => {
  it('to who does not own the key or role, whether there is one or not', async () => {
    const questions = [
      { action: 'kms:Decrypt', resource: keyArn },
      { action: 'kms:Decrypt', resource: `${keyArn}0` },
      { action: 'sts:AssumeRole', resource: roleArn },
      { action: 'sts:AssumeRole', resource: `${roleArn}x` },
      { action: 'iam:GetRole', resource: roleArn },
    ]
    for (const question of questions) {
      const { status, errorCode } = await ask({ principal: otherAccount.id, ...question }, otherCredentials)
      expect([question, status, errorCode]).toEqual([question, 403, 'AccessDenied'])
    }
  })

  it.each([
    { action: 'kms:Fly', resource: '*' },
    { action: 'iam:PassRole', resource: '*' },
    { action: 'sts:AssumeRole', resource: '*' },
    { action: 'sts:AssumeRole', resource: `arn:aws:iam::${HOME}:role/none` },
    { action: 'sts:AssumeRole', resource: `arn:aws:iam::${HOME}:role/${'x'.repeat(2000)}` },
    { action: 'iam:ListUsers', resource: '*', principal: 'anonymous' },
    { action: 'iam:ListUsers', resource: '*', versionId: 'v' },
  ])('where it has %o', async (question) => {
    const { status, errorCode } = await ask({ principal: 'user/jill', ...question })
    expect([status, errorCode]).toEqual([400, 'InvalidArgument'])
  })

  it('of a key that is not there', async () => {
    const resource = `arn:aws:kms:us-east-1:${HOME}:key/none`
    const { errorCode } = await ask({ principal: 'user/jill', action: 'kms:Decrypt', resource })
    expect(errorCode).toBe('AccessDenied')
  })
})

it('holdfast explain tells of keys and roles, and what is not there', async () => {
  const explain = (...words: string[]) =>
    runCommand(
      process.execPath,
      [executable, 'explain', '--data', server.dataDirectory, '--as', 'user/jill', ...words],
      {
        environment: {
          HOLDFAST_ACCESS_KEY: mainCredentials.accessKeyId,
          HOLDFAST_SECRET_KEY: mainCredentials.secretAccessKey,
        },
      },
    )
  const { text } = await explain('--action', 'kms:Decrypt', '--resource', keyArn)
  expect(text).toMatch(/^ALLOWED: kms:Decrypt on arn:aws:kms:us-east-1:\d{12}:key\/[\w-]+ by .*user\/jill\n/)
  const external = ['--context', 'sts:ExternalId=one']
  const role = await explain('--action', 'sts:AssumeRole', '--resource', roleArn, ...external)
  expect(role.text).toMatch(/\nDecided by trust-policy statement 1 allow: allows the request\n$/)
  const none = explain('--action', 'kms:Decrypt', '--resource', `${keyArn}0`)
  await expect(none).rejects.toThrow('There is no such key')
})
