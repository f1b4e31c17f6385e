import {
  type AttachedPolicy,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreateUserCommand,
  DeleteGroupCommand,
  DeleteRoleCommand,
  DeleteUserCommand,
  DetachGroupPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  type IAMClient,
  ListAttachedGroupPoliciesCommand,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { mainAccount, otherCredentials } from '../../support/accounts.ts'
import { iamClient, makeRole, makeUser, trustPolicy } from '../../support/identity-clients.ts'
import type { IamRoom } from './iam-room.suite.ts'
import { makePolicy } from './own-policies.suite.ts'

const NAMES = [
  'AdministratorAccess',
  'PowerUserAccess',
  'ReadOnlyAccess',
  'AmazonS3FullAccess',
  'AmazonS3ReadOnlyAccess',
  'IAMFullAccess',
  'IAMReadOnlyAccess',
  'AWSKeyManagementServicePowerUser',
]

export function awsPolicy(name: string): string {
  return `arn:aws:iam::aws:policy/${name}`
}

interface Page {
  readonly Marker?: string | undefined
  readonly MaxItems?: number
  readonly PathPrefix?: string
}

interface Listed {
  readonly AttachedPolicies?: AttachedPolicy[] | undefined
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}

/** How the operations on users, groups and roles are called. */
interface Holder {
  readonly kind: 'user' | 'group' | 'role'
  make(room: IamRoom, name: string): Promise<unknown>
  remove(iam: IAMClient, name: string): Promise<unknown>
  attach(iam: IAMClient, name: string, PolicyArn: string): Promise<unknown>
  detach(iam: IAMClient, name: string, PolicyArn: string): Promise<unknown>
  list(iam: IAMClient, name: string, page?: Page): Promise<Listed>
}

export const user: Holder = {
  kind: 'user',
  make: ({ iam }, UserName) => iam.send(new CreateUserCommand({ UserName })),
  remove: (iam, UserName) => iam.send(new DeleteUserCommand({ UserName })),
  attach: (iam, UserName, PolicyArn) => iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn })),
  detach: (iam, UserName, PolicyArn) => iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn })),
  list: (iam, UserName, page) => iam.send(new ListAttachedUserPoliciesCommand({ UserName, ...page })),
}

export const group: Holder = {
  kind: 'group',
  make: ({ iam }, GroupName) => iam.send(new CreateGroupCommand({ GroupName })),
  remove: (iam, GroupName) => iam.send(new DeleteGroupCommand({ GroupName })),
  attach: (iam, GroupName, PolicyArn) => iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn })),
  detach: (iam, GroupName, PolicyArn) => iam.send(new DetachGroupPolicyCommand({ GroupName, PolicyArn })),
  list: (iam, GroupName, page) => iam.send(new ListAttachedGroupPoliciesCommand({ GroupName, ...page })),
}

export const role: Holder = {
  kind: 'role',
  make: ({ server }, RoleName) =>
    makeRole(server, { RoleName, AssumeRolePolicyDocument: trustPolicy(mainAccount.id) }),
  remove: (iam, RoleName) => iam.send(new DeleteRoleCommand({ RoleName })),
  attach: (iam, RoleName, PolicyArn) => iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn })),
  detach: (iam, RoleName, PolicyArn) => iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })),
  list: (iam, RoleName, page) => iam.send(new ListAttachedRolePoliciesCommand({ RoleName, ...page })),
}

const arnsOf = ({ AttachedPolicies = [] }: Listed) => AttachedPolicies.map(({ PolicyArn }) => PolicyArn)

/** That of `iam:Attach…` and `iam:Detach…` a policy can say of which policies. */
async function allowedFor(room: IamRoom, action: string, name: string): Promise<IAMClient> {
  const Condition = { ArnEquals: { 'iam:PolicyARN': awsPolicy(name) } }
  const statement = { Effect: 'Allow', Action: `iam:${action}*`, Resource: '*', Condition }
  return iamClient(room.server, await makeUser(room.server, `${action}er`, statement))
}

const denied = { name: 'AccessDenied' }
const holderIsNone = ({ kind }: Holder) => ({
  name: 'NoSuchEntityException',
  message: `The ${kind} with name nobody cannot be found.`,
})

export function describeAttaching(room: IamRoom, holder: Holder): void {
  it('attaches a policy, once', async () => {
    await holder.make(room, 'once')
    for (const name of ['IAMReadOnlyAccess', 'ReadOnlyAccess', 'IAMReadOnlyAccess']) {
      await holder.attach(room.iam, 'once', awsPolicy(name))
    }
    const both = ['IAMReadOnlyAccess', 'ReadOnlyAccess'].map(awsPolicy)
    expect(arnsOf(await holder.list(room.iam, 'once'))).toEqual(both)
  })

  it('attaches a policy of the account, but none of another', async () => {
    await holder.make(room, 'own')
    const arn = await makePolicy(room, 'Own', { Path: '/team/' })
    await holder.attach(room.iam, 'own', arn)
    const listed = await holder.list(room.iam, 'own', { PathPrefix: '/team/' })
    expect(listed.AttachedPolicies).toEqual([{ PolicyName: 'Own', PolicyArn: arn }])
    const foreign = await makePolicy({ iam: iamClient(room.server, otherCredentials) }, 'foreign')
    const attaching = holder.attach(room.iam, 'own', foreign)
    await expect(attaching).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  })

  it('attaches ten policies, and no more', async () => {
    await holder.make(room, 'full')
    for (let index = 0; index < 10; index++) {
      await holder.attach(room.iam, 'full', await makePolicy(room, `p${index}`))
    }
    await expect(holder.attach(room.iam, 'full', awsPolicy('ReadOnlyAccess'))).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: expect.stringMatching(/^Cannot exceed quota for PoliciesPer(User|Group|Role): 10$/),
    })
  })

  it('knows no other policy', async () => {
    await holder.make(room, 'asking')
    const others = [
      awsPolicy('AWSLambdaFullAccess'),
      awsPolicy('readonlyaccess'),
      `arn:aws:iam::${mainAccount.id}:policy/ReadOnlyAccess`,
    ]
    for (const arn of others) {
      await expect(holder.attach(room.iam, 'asking', arn)).rejects.toMatchObject({
        name: 'NoSuchEntityException',
        message: `Policy ${arn} does not exist or is not attachable.`,
      })
    }
    for (const [arn, name] of [
      ['x'.repeat(20), 'ValidationError'],
      [`arn:aws:iam::${mainAccount.id}:role/ReadOnlyAccess`, 'InvalidInputException'],
    ] as const) {
      const message = `ARN ${arn} is not valid.`
      await expect(holder.attach(room.iam, 'asking', arn)).rejects.toMatchObject({ name, message })
    }
  })

  it('knows nobody else', async () => {
    const attaching = holder.attach(room.iam, 'nobody', awsPolicy('ReadOnlyAccess'))
    await expect(attaching).rejects.toMatchObject(holderIsNone(holder))
  })

  it('may be allowed for one policy alone', async () => {
    await holder.make(room, 'chosen')
    const iam = await allowedFor(room, 'Attach', 'ReadOnlyAccess')
    await holder.attach(iam, 'chosen', awsPolicy('ReadOnlyAccess'))
    await expect(holder.attach(iam, 'chosen', awsPolicy('AdministratorAccess'))).rejects.toMatchObject(denied)
  })
}

export function describeDetaching(room: IamRoom, holder: Holder): void {
  it('detaches a policy, once', async () => {
    await holder.make(room, 'less')
    const [first, second] = ['ReadOnlyAccess', 'IAMFullAccess'].map(awsPolicy)
    for (const arn of [first, second]) await holder.attach(room.iam, 'less', arn ?? '')
    await holder.detach(room.iam, 'less', first ?? '')
    expect(arnsOf(await holder.list(room.iam, 'less'))).toEqual([second])
    await expect(holder.detach(room.iam, 'less', first ?? '')).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: `Policy ${first} was not found.`,
    })
  })

  it('knows nobody else', async () => {
    const detaching = holder.detach(room.iam, 'nobody', awsPolicy('ReadOnlyAccess'))
    await expect(detaching).rejects.toMatchObject(holderIsNone(holder))
  })

  it('may be allowed for one policy alone', async () => {
    await holder.make(room, 'chosen')
    const arns = ['ReadOnlyAccess', 'IAMFullAccess'].map(awsPolicy)
    for (const arn of arns) await holder.attach(room.iam, 'chosen', arn)
    const iam = await allowedFor(room, 'Detach', 'ReadOnlyAccess')
    await holder.detach(iam, 'chosen', awsPolicy('ReadOnlyAccess'))
    await expect(holder.detach(iam, 'chosen', awsPolicy('IAMFullAccess'))).rejects.toMatchObject(denied)
  })
}

export function describeListingAttached(room: IamRoom, holder: Holder): void {
  it('lists policies by name and ARN, by path and in pages', async () => {
    await holder.make(room, 'listed')
    for (const name of NAMES) await holder.attach(room.iam, 'listed', awsPolicy(name))
    const all = await holder.list(room.iam, 'listed')
    expect(all.IsTruncated).toBe(false)
    expect(all.AttachedPolicies).toEqual(
      NAMES.map((PolicyName) => ({ PolicyName, PolicyArn: awsPolicy(PolicyName) })),
    )
    const first = await holder.list(room.iam, 'listed', { MaxItems: 5 })
    const rest = await holder.list(room.iam, 'listed', { Marker: first.Marker })
    expect([first.IsTruncated, [...arnsOf(first), ...arnsOf(rest)]]).toEqual([true, arnsOf(all)])
    expect(arnsOf(await holder.list(room.iam, 'listed', { PathPrefix: '/job-function/' }))).toEqual([])
  })

  it('knows nobody else', async () => {
    await expect(holder.list(room.iam, 'nobody')).rejects.toMatchObject(holderIsNone(holder))
  })
}
