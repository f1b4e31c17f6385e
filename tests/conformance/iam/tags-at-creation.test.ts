/**
 * What is made with tags takes the permission to tag besides that to make it: what a tag opens elsewhere is not for everyone who
 * may make users and roles. Sources: Service Authorization Reference, "Actions defined by AWS Identity and Access Management
 * (IAM)"; AWS KMS Developer Guide, "Add tags while creating a KMS key".
 */
import {
  CreateInstanceProfileCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  ListUserTagsCommand,
  type Tag,
} from '@aws-sdk/client-iam'
import { CreateKeyCommand } from '@aws-sdk/client-kms'
import { describe, expect, it } from 'vitest'
import { type Credentials, mainAccount } from '../../support/accounts.ts'
import { iamClient, makeUser, trustPolicy } from '../../support/identity-clients.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { openIamRoom } from './iam-room.suite.ts'

const room = openIamRoom()
const HOME = `arn:aws:iam::${mainAccount.id}`
const KEYS = `arn:aws:kms:us-east-1:${mainAccount.id}:key`
const RED: Tag[] = [{ Key: 'team', Value: 'red' }]
const allow = (Action: string, more: object = {}) => ({ Effect: 'Allow', Action, Resource: '*', ...more })
const deny = (Action: string) => allow(Action, { Effect: 'Deny' })
const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: allow('s3:ListAllMyBuckets') })

type Make = (by: Credentials, name: string, Tags?: Tag[]) => Promise<unknown>

const makers: readonly (readonly [create: string, tag: string, resource: string, make: Make])[] = [
  [
    'CreateUser',
    'TagUser',
    'user/',
    (by, UserName, Tags) => iamClient(room.server, by).send(new CreateUserCommand({ UserName, Tags })),
  ],
  [
    'CreateRole',
    'TagRole',
    'role/',
    (by, RoleName, Tags) => {
      const AssumeRolePolicyDocument = trustPolicy(`${HOME}:root`)
      const role = { RoleName, AssumeRolePolicyDocument, Tags }
      return iamClient(room.server, by).send(new CreateRoleCommand(role))
    },
  ],
  [
    'CreateInstanceProfile',
    'TagInstanceProfile',
    'instance-profile/',
    (by, InstanceProfileName, Tags) =>
      iamClient(room.server, by).send(new CreateInstanceProfileCommand({ InstanceProfileName, Tags })),
  ],
  [
    'CreatePolicy',
    'TagPolicy',
    'policy/',
    (by, PolicyName, Tags) =>
      iamClient(room.server, by).send(new CreatePolicyCommand({ PolicyName, PolicyDocument, Tags })),
  ],
  [
    'CreateOpenIDConnectProvider',
    'TagOpenIDConnectProvider',
    'oidc-provider/',
    (by, name, Tags) => {
      const provider = { Url: `https://${name}`, ThumbprintList: ['a'.repeat(40)], Tags }
      return iamClient(room.server, by).send(new CreateOpenIDConnectProviderCommand(provider))
    },
  ],
  [
    'CreateVirtualMFADevice',
    'TagMFADevice',
    'mfa/',
    (by, VirtualMFADeviceName, Tags) =>
      iamClient(room.server, by).send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName, Tags })),
  ],
]

describe.each(makers)('%s with tags', (create, tag, resource, make) => {
  const named = (what: string) => `${create}-${what}.example`.toLowerCase()

  it(`takes iam:${tag} on what is made`, async () => {
    const by = await makeUser(room.server, named('makes'), allow(`iam:${create}`))
    await expect(make(by, named('refused'), RED)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(
        `is not authorized to perform: iam:${tag} on resource: ${HOME}:${resource}${named('refused')}`,
      ),
    })
    await make(by, named('refused'))
  })

  it('is done with both permissions', async () => {
    const only = allow(`iam:${tag}`, { Resource: `${HOME}:${resource}${named('tagged')}` })
    const by = await makeUser(room.server, named('both'), allow(`iam:${create}`), only)
    await make(by, named('tagged'), RED)
    await expect(make(by, named('another'), RED)).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  it(`is refused where a policy denies iam:${tag}`, async () => {
    const by = await makeUser(room.server, named('denied'), allow('iam:*'), deny('iam:Tag*'))
    await expect(make(by, named('not-made'), RED)).rejects.toMatchObject({ name: 'AccessDenied' })
    await make(by, named('not-made'))
  })
})

it('may be for tags of the own team alone', async () => {
  const Condition = { StringEquals: { 'aws:RequestTag/team': 'red' } }
  const by = await makeUser(
    room.server,
    'of-red',
    allow('iam:CreateUser'),
    allow('iam:TagUser', { Condition }),
  )
  const iam = iamClient(room.server, by)
  const blue = new CreateUserCommand({ UserName: 'blue', Tags: [{ Key: 'team', Value: 'blue' }] })
  await expect(iam.send(blue)).rejects.toMatchObject({ name: 'AccessDenied' })
  await iam.send(new CreateUserCommand({ UserName: 'red', Tags: RED }))
  expect((await room.iam.send(new ListUserTagsCommand({ UserName: 'red' }))).Tags).toEqual(RED)
})

describe('CreateKey with tags', () => {
  const Tags = [{ TagKey: 'team', TagValue: 'red' }]
  const make = (by: Credentials, input: { Tags?: typeof Tags }) =>
    kmsClient(room.server, by).send(new CreateKeyCommand(input))
  const refusal = {
    name: 'AccessDeniedException',
    message: `User: ${HOME}:user/keys is not authorized to perform: kms:TagResource`,
  }

  it('takes kms:TagResource', async () => {
    const by = await makeUser(room.server, 'keys', allow('kms:CreateKey'))
    await expect(make(by, { Tags })).rejects.toMatchObject(refusal)
    await make(by, {})
  })

  it.each([
    ['every-key', '*'],
    ['keys-of-account', `${KEYS}/*`],
  ])('is done with it on %s', async (name, Resource) => {
    const tagging = allow('kms:TagResource', { Resource })
    const by = await makeUser(room.server, name, allow('kms:CreateKey'), tagging)
    expect((await make(by, { Tags })).KeyMetadata?.KeyId).toBeDefined()
  })

  it('is refused with it on one key, and where a policy denies it', async () => {
    const some = allow('kms:TagResource', { Resource: `${KEYS}/1234` })
    const one = await makeUser(room.server, 'one-key', allow('kms:CreateKey'), some)
    const denied = await makeUser(room.server, 'denied', allow('kms:*'), deny('kms:TagResource'))
    for (const by of [one, denied])
      await expect(make(by, { Tags })).rejects.toMatchObject({ name: refusal.name })
    await make(denied, {})
  })
})
