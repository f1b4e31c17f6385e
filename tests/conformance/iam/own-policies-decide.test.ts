import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreatePolicyVersionCommand,
  SetDefaultPolicyVersionCommand,
} from '@aws-sdk/client-iam'
import { ListBucketsCommand } from '@aws-sdk/client-s3'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { expect, it } from 'vitest'
import { type Credentials, mainAccount } from '../../support/accounts.ts'
import { iamClient, makeUser, sessionOf, stsClient } from '../../support/identity-clients.ts'
import { s3Client } from '../../support/s3-client.ts'
import { awsPolicy, group, role, user } from './attached-policies.suite.ts'
import { openIamRoom } from './iam-room.suite.ts'
import { denyAll, listBuckets, makePolicy, ownPolicy, policyText } from './own-policies.suite.ts'

const room = openIamRoom()
const denied = { name: 'AccessDenied' }

const list = (credentials: Credentials) =>
  s3Client(room.server, { credentials }).send(new ListBucketsCommand())

/** A new version that counts at once. */
const say = (PolicyArn: string, ...statements: readonly object[]) =>
  room.iam.send(
    new CreatePolicyVersionCommand({
      PolicyArn,
      PolicyDocument: policyText(...statements),
      SetAsDefault: true,
    }),
  )

/** Whom each kind of holder gives what it has. */
const HOLDERS = [
  { holder: user, of: (name: string) => makeUser(room.server, name) },
  {
    holder: group,
    async of(GroupName: string) {
      const credentials = await makeUser(room.server, `of-${GroupName}`)
      await group.make(room, GroupName)
      await room.iam.send(new AddUserToGroupCommand({ GroupName, UserName: `of-${GroupName}` }))
      return credentials
    },
  },
  {
    holder: role,
    async of(name: string) {
      await role.make(room, name)
      const all = { Effect: 'Allow', Action: 'sts:*', Resource: '*' }
      const sts = stsClient(room.server, await makeUser(room.server, `assumes-${name}`, all))
      const RoleArn = `arn:aws:iam::${mainAccount.id}:role/${name}`
      const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session' }))
      return sessionOf(Credentials)
    },
  },
]

it.each(HOLDERS)('what is said of a $holder.kind counts from the next request on', async ({ holder, of }) => {
  const name = `held-${holder.kind}`
  const credentials = await of(name)
  const arn = await makePolicy(room, name)
  await expect(list(credentials)).rejects.toMatchObject(denied)
  await holder.attach(room.iam, name, arn)
  await list(credentials)
  await say(arn, { ...listBuckets, Action: 's3:GetObject' })
  await expect(list(credentials)).rejects.toMatchObject(denied)
  await room.iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn: arn, VersionId: 'v1' }))
  await list(credentials)
  const second = await makePolicy(room, `${name}-2`, { PolicyDocument: policyText(denyAll) })
  await holder.attach(room.iam, name, second)
  await expect(list(credentials)).rejects.toMatchObject(denied)
  await holder.detach(room.iam, name, second)
  await list(credentials)
  await holder.detach(room.iam, name, arn)
  await expect(list(credentials)).rejects.toMatchObject(denied)
})

it('who has them may be many: one version counts for all', async () => {
  const arn = await makePolicy(room, 'shared')
  const names = ['a', 'b', 'c', 'd']
  const credentials = await Promise.all(names.map((name) => makeUser(room.server, `shared-${name}`)))
  await Promise.all(names.map((name) => user.attach(room.iam, `shared-${name}`, arn)))
  await Promise.all(credentials.map(list))
  await say(arn, denyAll)
  for (const one of credentials) await expect(list(one)).rejects.toMatchObject(denied)
})

/** Calls by which somebody could get to more than they were given. */
const ESCALATIONS = [
  {
    action: 'CreatePolicyVersion',
    resource: ownPolicy('limits'),
    ask: (credentials: Credentials) =>
      iamClient(room.server, credentials).send(
        new CreatePolicyVersionCommand({
          PolicyArn: ownPolicy('limits'),
          PolicyDocument: policyText({ Effect: 'Allow', Action: '*', Resource: '*' }),
          SetAsDefault: true,
        }),
      ),
  },
  {
    action: 'SetDefaultPolicyVersion',
    resource: ownPolicy('limits'),
    ask: (credentials: Credentials) =>
      iamClient(room.server, credentials).send(
        new SetDefaultPolicyVersionCommand({ PolicyArn: ownPolicy('limits'), VersionId: 'v1' }),
      ),
  },
  {
    action: 'AttachUserPolicy',
    resource: `arn:aws:iam::${mainAccount.id}:user/climber`,
    ask: (credentials: Credentials) =>
      iamClient(room.server, credentials).send(
        new AttachUserPolicyCommand({
          UserName: 'climber',
          PolicyArn: awsPolicy('AdministratorAccess'),
        }),
      ),
  },
]

it('nobody gives themselves more, unless a policy says so', async () => {
  const PolicyArn = await makePolicy(room, 'limits')
  const credentials = await makeUser(room.server, 'climber')
  await user.attach(room.iam, 'climber', PolicyArn)
  // Of all that one may, but these calls on what one has.
  const others = {
    Effect: 'Allow',
    NotAction: ESCALATIONS.map(({ action }) => `iam:${action}`),
    Resource: '*',
  }
  const elsewhere = { Effect: 'Allow', Action: 'iam:*', Resource: `${ownPolicy('limits')}-of-others` }
  await say(PolicyArn, others, elsewhere)
  for (const { ask } of ESCALATIONS) await expect(ask(credentials)).rejects.toMatchObject(denied)
  for (const { action, resource, ask } of ESCALATIONS) {
    const climber = await makeUser(room.server, `may-${action}`, {
      Effect: 'Allow',
      Action: `iam:${action}`,
      Resource: resource,
    })
    await ask(climber)
  }
})
