import {
  CreatePolicyVersionCommand,
  GetPolicyVersionCommand,
  SetDefaultPolicyVersionCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { awsPolicy } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { makePolicy, noPolicy, outside, ownPolicy, textOf } from '../own-policies.suite.ts'

const room = openIamRoom()

const setDefault = (PolicyArn: string, VersionId: string) =>
  room.iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId }))

it('makes another version count, and that one again', async () => {
  const PolicyArn = await makePolicy(room, 'two')
  await room.iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: textOf('second') }))
  const shown = async (VersionId: string) => {
    const { PolicyVersion } = await room.iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }))
    return [PolicyVersion?.IsDefaultVersion, decodeURIComponent(PolicyVersion?.Document ?? '')]
  }
  for (const [now, other] of [
    ['v2', 'v1'],
    ['v1', 'v2'],
    ['v1', 'v2'],
  ] as const) {
    await setDefault(PolicyArn, now)
    expect(await shown(now)).toEqual([true, textOf(now === 'v1' ? 'first' : 'second')])
    expect(await shown(other)).toEqual([false, textOf(other === 'v1' ? 'first' : 'second')])
  }
})

it.each(['v2', 'v1.x'])('knows no version %s', async (version) => {
  const arn = await makePolicy(room, `one-${version}`)
  await expect(setDefault(arn, version)).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: `Policy ${arn} version ${version} does not exist or is not attachable.`,
  })
})

it('refuses what is no id of a version', async () => {
  await expect(setDefault(ownPolicy('two'), 'v0')).rejects.toMatchObject({ name: 'ValidationError' })
})

it('knows no other policy, and changes none of AWS', async () => {
  await expect(setDefault(ownPolicy('nothing'), 'v1')).rejects.toMatchObject(noPolicy(ownPolicy('nothing')))
  await expect(setDefault(awsPolicy('ReadOnlyAccess'), 'v1')).rejects.toMatchObject(outside)
})

describeIamRequest('SetDefaultPolicyVersion', {
  parameters: { PolicyArn: ownPolicy('p'), VersionId: 'v1' },
  resource: 'policy/p',
})
