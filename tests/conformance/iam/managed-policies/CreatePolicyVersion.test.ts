import {
  CreatePolicyVersionCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  type IAMClient,
  ListPolicyVersionsCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { awsPolicy } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { makePolicy, noPolicy, outside, ownPolicy, textOf } from '../own-policies.suite.ts'

const room = openIamRoom()

function make(PolicyArn: string, SetAsDefault?: boolean, iam: IAMClient = room.iam) {
  const PolicyDocument = textOf('second')
  return iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault }))
}

async function versions(PolicyArn: string) {
  const { Versions = [] } = await room.iam.send(new ListPolicyVersionsCommand({ PolicyArn }))
  return Versions.map(({ VersionId, IsDefaultVersion }) => `${VersionId}${IsDefaultVersion ? '!' : ''}`)
}

it('makes a version, which counts where that is asked for', async () => {
  const arn = await makePolicy(room, 'versions')
  const { PolicyVersion } = await make(arn)
  expect(PolicyVersion).toEqual({
    VersionId: 'v2',
    IsDefaultVersion: false,
    CreateDate: expect.any(Date),
  })
  expect(await versions(arn)).toEqual(['v2', 'v1!'])
  const next = await make(arn, true)
  expect(next.PolicyVersion).toMatchObject({ VersionId: 'v3', IsDefaultVersion: true })
  expect(await versions(arn)).toEqual(['v3!', 'v2', 'v1'])
  const { Policy } = await room.iam.send(new GetPolicyCommand({ PolicyArn: arn }))
  expect(Policy).toMatchObject({ DefaultVersionId: 'v3', UpdateDate: next.PolicyVersion?.CreateDate })
})

it('makes five, and uses no number again', async () => {
  const arn = await makePolicy(room, 'five')
  for (let version = 2; version <= 5; version++) await make(arn)
  await expect(make(arn)).rejects.toMatchObject({
    name: 'LimitExceededException',
    message:
      'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
    $metadata: { httpStatusCode: 409 },
  })
  await room.iam.send(new DeletePolicyVersionCommand({ PolicyArn: arn, VersionId: 'v5' }))
  await make(arn)
  expect(await versions(arn)).toEqual(['v6', 'v4', 'v3', 'v2', 'v1!'])
})

it('makes as many as there is room for of those that are asked for at once, each with a number of its own', async () => {
  const arn = await makePolicy(room, 'at-once')
  const outcomes = await Promise.allSettled(Array.from({ length: 9 }, () => make(arn, true)))
  const made = outcomes.flatMap((outcome) =>
    outcome.status === 'fulfilled' ? [outcome.value.PolicyVersion?.VersionId] : [],
  )
  expect(new Set(made)).toEqual(new Set(['v2', 'v3', 'v4', 'v5']))
  expect(made).toHaveLength(4)
  expect(await versions(arn)).toEqual(['v5!', 'v4', 'v3', 'v2', 'v1'])
})

it('refuses what is no policy, or too long', async () => {
  const PolicyArn = await makePolicy(room, 'whole')
  const put = (PolicyDocument: string) =>
    room.iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument }))
  for (const text of ['{}', textOf('x').replace('2012', '2008')]) {
    await expect(put(text)).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' })
  }
  await expect(put(textOf('x'.repeat(6144)))).rejects.toMatchObject({ name: 'LimitExceededException' })
  expect(await versions(PolicyArn)).toEqual(['v1!'])
})

it('knows no other policy, and changes none of AWS', async () => {
  await expect(make(ownPolicy('nothing'))).rejects.toMatchObject(noPolicy(ownPolicy('nothing')))
  await expect(make(awsPolicy('ReadOnlyAccess'))).rejects.toMatchObject(outside)
})

describeIamRequest('CreatePolicyVersion', {
  parameters: { PolicyArn: ownPolicy('p'), PolicyDocument: textOf('x') },
  resource: 'policy/p',
})
