import {
  type AttachedPermissionsBoundary,
  DeleteRolePermissionsBoundaryCommand,
  DeleteUserPermissionsBoundaryCommand,
  GetPolicyCommand,
  GetRoleCommand,
  GetUserCommand,
  type IAMClient,
  ListEntitiesForPolicyCommand,
  ListPoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  PutUserPermissionsBoundaryCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { iamClient, makeUser } from '../../support/identity-clients.ts'
import { awsPolicy, role, user } from './attached-policies.suite.ts'
import type { IamRoom } from './iam-room.suite.ts'
import { makePolicy, ownPolicy } from './own-policies.suite.ts'

/** How the operations on users and on roles are called. */
export interface Bounded {
  readonly holder: typeof user
  readonly put: (iam: IAMClient, name: string, PermissionsBoundary: string) => Promise<unknown>
  readonly remove: (iam: IAMClient, name: string) => Promise<unknown>
  readonly shown: (iam: IAMClient, name: string) => Promise<AttachedPermissionsBoundary | undefined>
}

export const boundedUser: Bounded = {
  holder: user,
  put: (iam, UserName, PermissionsBoundary) =>
    iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary })),
  remove: (iam, UserName) => iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName })),
  shown: async (iam, UserName) =>
    (await iam.send(new GetUserCommand({ UserName }))).User?.PermissionsBoundary,
}

export const boundedRole: Bounded = {
  holder: role,
  put: (iam, RoleName, PermissionsBoundary) =>
    iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary })),
  remove: (iam, RoleName) => iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName })),
  shown: async (iam, RoleName) =>
    (await iam.send(new GetRoleCommand({ RoleName }))).Role?.PermissionsBoundary,
}

/** AWS calls it `Policy`, which the client's types do not have. */
export function asShown(PermissionsBoundaryArn: string): Readonly<Record<string, string>> {
  return { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn }
}

/** How often a policy is attached, and a boundary. */
export async function usesOf(iam: IAMClient, PolicyArn: string) {
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }))
  return [Policy?.AttachmentCount, Policy?.PermissionsBoundaryUsageCount]
}

const nobody = ({ holder }: Bounded) => ({
  name: 'NoSuchEntityException',
  message: `The ${holder.kind} with name nobody cannot be found.`,
})

export function describePuttingBoundary(room: IamRoom, bounded: Bounded): void {
  const { holder, put, shown } = bounded

  it('sets a boundary, and another in its place; each is counted', async () => {
    await holder.make(room, 'some')
    const [first, second] = [await makePolicy(room, 'First'), awsPolicy('AmazonS3FullAccess')]
    expect(await shown(room.iam, 'some')).toBeUndefined()
    await put(room.iam, 'some', first)
    await put(room.iam, 'some', first)
    expect(await shown(room.iam, 'some')).toEqual(asShown(first))
    expect(await usesOf(room.iam, first)).toEqual([0, 1])
    await put(room.iam, 'some', second)
    expect(await shown(room.iam, 'some')).toEqual(asShown(second))
    expect(await usesOf(room.iam, first)).toEqual([0, 0])
    expect(await usesOf(room.iam, second)).toEqual([0, 1])
    await holder.attach(room.iam, 'some', second)
    expect(await usesOf(room.iam, second)).toEqual([1, 1])
  })

  it('lists tell of boundaries', async () => {
    await holder.make(room, 'listed')
    const PolicyArn = await makePolicy(room, 'Listed')
    await put(room.iam, 'listed', PolicyArn)
    const listed = async (PolicyUsageFilter: 'PermissionsBoundary' | 'PermissionsPolicy') => {
      const input = { PolicyUsageFilter, Scope: 'Local' } as const
      const { Policies = [] } = await room.iam.send(new ListPoliciesCommand(input))
      const entities = await room.iam.send(new ListEntitiesForPolicyCommand({ PolicyArn, PolicyUsageFilter }))
      const { PolicyUsers = [], PolicyRoles = [] } = entities
      return [Policies.some(({ Arn }) => Arn === PolicyArn), PolicyUsers.length + PolicyRoles.length]
    }
    expect(await listed('PermissionsBoundary')).toEqual([true, 1])
    expect(await listed('PermissionsPolicy')).toEqual([false, 0])
    await holder.attach(room.iam, 'listed', PolicyArn)
    expect(await listed('PermissionsPolicy')).toEqual([true, 1])
    const both = await room.iam.send(new ListEntitiesForPolicyCommand({ PolicyArn }))
    expect((both.PolicyUsers?.length ?? 0) + (both.PolicyRoles?.length ?? 0)).toBe(1)
  })

  it('knows no other policy, nor those of other accounts', async () => {
    await holder.make(room, 'strange')
    const foreign = await makePolicy({ iam: iamClient(room.server, otherCredentials) }, 'foreign')
    for (const arn of [ownPolicy('nothing'), awsPolicy('Nothing'), foreign]) {
      await expect(put(room.iam, 'strange', arn)).rejects.toMatchObject({
        name: 'NoSuchEntityException',
        message: `Scope ARN: ${arn} does not exist or is not attachable.`,
        $metadata: { httpStatusCode: 404 },
      })
    }
    const other = foreign.replace(':policy/', ':not_a_policy/')
    await expect(put(room.iam, 'strange', other)).rejects.toMatchObject({
      name: 'InvalidInputException',
      message: `ARN ${other} is not valid.`,
    })
    await expect(put(room.iam, 'strange', 'x'.repeat(2048))).rejects.toMatchObject({
      name: 'ValidationError',
    })
    await expect(put(room.iam, 'strange', 'short')).rejects.toMatchObject({ name: 'ValidationError' })
  })

  it('knows nobody else', async () => {
    const putting = put(room.iam, 'nobody', awsPolicy('ReadOnlyAccess'))
    await expect(putting).rejects.toMatchObject(nobody(bounded))
  })

  it('may be allowed for one boundary alone', async () => {
    await holder.make(room, 'chosen')
    const Condition = { ArnEquals: { 'iam:PermissionsBoundary': awsPolicy('ReadOnlyAccess') } }
    const may = { Effect: 'Allow', Action: 'iam:Put*PermissionsBoundary', Resource: '*', Condition }
    const iam = iamClient(room.server, await makeUser(room.server, 'bounder', may))
    await put(iam, 'chosen', awsPolicy('ReadOnlyAccess'))
    const wider = put(iam, 'chosen', awsPolicy('AdministratorAccess'))
    await expect(wider).rejects.toMatchObject({ name: 'AccessDenied' })
    expect(await shown(room.iam, 'chosen')).toEqual(asShown(awsPolicy('ReadOnlyAccess')))
  })
}

export function describeDeletingBoundary(room: IamRoom, bounded: Bounded): void {
  const { holder, put, remove, shown } = bounded

  it('takes the boundary away; where there is none it does not matter', async () => {
    await holder.make(room, 'free')
    const arn = await makePolicy(room, 'First')
    await put(room.iam, 'free', arn)
    await remove(room.iam, 'free')
    expect([await shown(room.iam, 'free'), await usesOf(room.iam, arn)]).toEqual([undefined, [0, 0]])
    await remove(room.iam, 'free')
  })

  it('goes with whom it is of', async () => {
    await holder.make(room, 'going')
    const arn = await makePolicy(room, 'Going')
    await put(room.iam, 'going', arn)
    await holder.remove(room.iam, 'going')
    expect(await usesOf(room.iam, arn)).toEqual([0, 0])
  })

  it('knows nobody else', async () => {
    await expect(remove(room.iam, 'nobody')).rejects.toMatchObject(nobody(bounded))
  })

  it('may be allowed for one boundary alone', async () => {
    const Condition = { ArnEquals: { 'iam:PermissionsBoundary': awsPolicy('ReadOnlyAccess') } }
    const may = { Effect: 'Allow', Action: 'iam:Delete*PermissionsBoundary', Resource: '*', Condition }
    const iam = iamClient(room.server, await makeUser(room.server, 'freer', may))
    for (const name of ['ReadOnlyAccess', 'IAMFullAccess']) {
      await holder.make(room, name)
      await put(room.iam, name, awsPolicy(name))
    }
    await remove(iam, 'ReadOnlyAccess')
    await expect(remove(iam, 'IAMFullAccess')).rejects.toMatchObject({ name: 'AccessDenied' })
  })
}
