/**
 * A grant to a user or role holds for its sessions within boundary and session policies, as a key policy that names it does.
 * Sources: IAM User Guide, "Policy evaluation logic" and "Permissions boundaries for IAM entities"; AWS KMS Developer Guide,
 * "Retiring and revoking grants".
 */
import {
  CreatePolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutUserPermissionsBoundaryCommand,
} from '@aws-sdk/client-iam'
import {
  CreateGrantCommand,
  CreateKeyCommand,
  EncryptCommand,
  type GrantOperation,
  ListRetirableGrantsCommand,
  PutKeyPolicyCommand,
  RetireGrantCommand,
} from '@aws-sdk/client-kms'
import { AssumeRoleCommand, GetFederationTokenCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts'
import type { TestServer } from 'holdfast'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Credentials, mainAccount, otherAccount, otherCredentials } from '../../support/accounts.ts'
import {
  iamClient,
  makeRole,
  makeUser,
  putPolicy,
  sessionOf,
  stsClient,
  trustPolicy,
} from '../../support/identity-clients.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { startTestServer } from '../../support/server.ts'

const HOME = `arn:aws:iam::${mainAccount.id}`
const OTHER = `arn:aws:iam::${otherAccount.id}:root`
const allow = (Action: string) => ({ Effect: 'Allow', Action, Resource: '*' })
const deny = (Action: string) => ({ ...allow(Action), Effect: 'Deny' })
const only = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const ONLY_S3 = only(allow('s3:*'))
const ONLY_KMS = only(allow('kms:*'))

let server: TestServer
let jane: Credentials
let boundary: string
let KeyId: string
beforeAll(async () => {
  server = await startTestServer()
  jane = await makeUser(server, 'jane', allow('sts:*'))
  const made = new CreatePolicyCommand({ PolicyName: 'only-s3', PolicyDocument: ONLY_S3 })
  boundary = (await iamClient(server).send(made)).Policy?.Arn ?? ''
  return () => server[Symbol.asyncDispose]()
})
beforeEach(async () => {
  KeyId = (await kmsClient(server).send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? ''
})

async function grant(GranteePrincipal: string, more: object = {}): Promise<string> {
  const Operations: GrantOperation[] = ['Encrypt']
  const made = new CreateGrantCommand({ KeyId, GranteePrincipal, Operations, ...more })
  return (await kmsClient(server).send(made)).GrantId ?? ''
}

async function outcome(doing: Promise<unknown>): Promise<string> {
  return doing.then(
    () => 'done',
    (error: Error) => error.name,
  )
}

const encrypt = (credentials: Credentials) =>
  outcome(kmsClient(server, credentials).send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') })))
const retire = (credentials: Credentials, GrantId: string) =>
  outcome(kmsClient(server, credentials).send(new RetireGrantCommand({ KeyId, GrantId })))

async function federate(by: Credentials, Policy?: string): Promise<Credentials> {
  const asked = new GetFederationTokenCommand({ Name: 'federated', ...(Policy && { Policy }) })
  return sessionOf((await stsClient(server, by).send(asked)).Credentials)
}

async function assume(RoleName: string, Policy?: string): Promise<Credentials> {
  const RoleArn = `${HOME}:role/${RoleName}`
  const asked = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session', ...(Policy && { Policy }) })
  return sessionOf((await stsClient(server, jane).send(asked)).Credentials)
}

const makeTrusting = (RoleName: string, ...statements: readonly object[]) =>
  makeRole(server, { RoleName, AssumeRolePolicyDocument: trustPolicy(`${HOME}:user/jane`) }, ...statements)

describe('a grant to a user', () => {
  it('is for the user and its own sessions, whatever its boundary', async () => {
    const bounded = await makeUser(server, 'bounded', allow('sts:*'))
    await grant(`${HOME}:user/bounded`)
    const { Credentials: given } = await stsClient(server, bounded).send(new GetSessionTokenCommand({}))
    expect([await encrypt(bounded), await encrypt(sessionOf(given))]).toEqual(['done', 'done'])
    const bounding = { UserName: 'bounded', PermissionsBoundary: boundary }
    await iamClient(server).send(new PutUserPermissionsBoundaryCommand(bounding))
    expect(await encrypt(bounded)).toBe('done')
  })

  it('is for a federated session of it that a session policy lets use the key', async () => {
    await grant(`${HOME}:user/jane`)
    expect(await encrypt(await federate(jane, ONLY_KMS))).toBe('done')
    expect(await encrypt(await federate(jane, ONLY_S3))).toBe('AccessDeniedException')
    expect(await encrypt(await federate(jane))).toBe('AccessDeniedException')
  })

  it('is for a federated session that it names itself', async () => {
    await grant(`arn:aws:sts::${mainAccount.id}:federated-user/federated`)
    expect(await encrypt(await federate(jane))).toBe('done')
  })
})

describe('a grant to a role', () => {
  it('is for its sessions, within their policies', async () => {
    await grant(await makeTrusting('granted'))
    expect(await encrypt(await assume('granted'))).toBe('done')
    expect(await encrypt(await assume('granted', ONLY_KMS))).toBe('done')
    expect(await encrypt(await assume('granted', ONLY_S3))).toBe('AccessDeniedException')
  })

  it('is within the boundary of the role', async () => {
    await grant(await makeTrusting('limited'))
    const limiting = { RoleName: 'limited', PermissionsBoundary: boundary }
    await iamClient(server).send(new PutRolePermissionsBoundaryCommand(limiting))
    const session = await assume('limited')
    expect(await encrypt(session)).toBe('AccessDeniedException')
    await grant(`arn:aws:sts::${mainAccount.id}:assumed-role/limited/session`)
    expect(await encrypt(session)).toBe('done')
  })
})

describe('RetireGrant', () => {
  const naming = (RetiringPrincipal: string) => grant(`${HOME}:root`, { RetiringPrincipal })

  it('is for the retiring principal, whom no policy need permit it', async () => {
    const user = await makeUser(server, 'retires')
    const elsewhere = await makeUser(server, 'retires-not', allow('kms:Encrypt'))
    const GrantId = await naming(`${HOME}:user/retires`)
    expect(await retire(elsewhere, GrantId)).toBe('AccessDeniedException')
    expect(await retire(user, GrantId)).toBe('done')
  })

  it('is for the grantee where the grant has it', async () => {
    const user = await makeUser(server, 'grantee')
    const without = await grant(`${HOME}:user/grantee`)
    const having = await grant(`${HOME}:user/grantee`, { Operations: ['RetireGrant'] })
    expect(await retire(user, without)).toBe('AccessDeniedException')
    expect(await retire(user, having)).toBe('done')
  })

  it('is denied by a policy of the retiring principal, for its sessions too', async () => {
    const user = await makeUser(server, 'denied', allow('sts:*'), deny('kms:*'))
    const GrantId = await naming(`${HOME}:user/denied`)
    expect(await retire(user, GrantId)).toBe('AccessDeniedException')
    expect(await retire(await federate(user, ONLY_KMS), GrantId)).toBe('AccessDeniedException')
    await putPolicy(iamClient(server), 'denied', allow('sts:*'))
    expect(await retire(await federate(user), GrantId)).toBe('AccessDeniedException')
    expect(await retire(await federate(user, ONLY_KMS), GrantId)).toBe('done')
  })

  it('has nothing to do with the policy of the key', async () => {
    const user = await makeUser(server, 'unhindered')
    const all = { ...allow('kms:*'), Principal: { AWS: `${HOME}:root` } }
    const denying = { ...deny('kms:RetireGrant'), Principal: '*' }
    const allowing = { ...allow('kms:RetireGrant'), Principal: { AWS: `${HOME}:user/unhindered` } }
    const GrantId = await naming(`${HOME}:user/unhindered`)
    const put = (...statements: object[]) =>
      kmsClient(server).send(new PutKeyPolicyCommand({ KeyId, Policy: only(all, ...statements) }))
    await put(denying)
    expect(await retire(user, GrantId)).toBe('done')
    await put(allowing)
    expect(await retire(user, await naming(OTHER))).toBe('AccessDeniedException')
  })

  it('is for the account of the key and whom that permits it', async () => {
    const user = await makeUser(server, 'delegate', allow('kms:RetireGrant'))
    expect(await retire(user, await naming(OTHER))).toBe('done')
    expect(await retire(server.credentials, await naming(OTHER))).toBe('done')
  })

  it('is for another account that the grant names, which finds the grant', async () => {
    const GrantId = await naming(OTHER)
    const retirable = new ListRetirableGrantsCommand({ RetiringPrincipal: OTHER })
    const { Grants } = await kmsClient(server, otherCredentials).send(retirable)
    expect(Grants).toContainEqual(expect.objectContaining({ GrantId, KeyId }))
    expect(await retire(otherCredentials, GrantId)).toBe('done')
  })
})
