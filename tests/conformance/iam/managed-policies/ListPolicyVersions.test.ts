import { CreatePolicyVersionCommand, ListPolicyVersionsCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { awsPolicy } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { makePolicy, textOf } from '../own-policies.suite.ts'

const room = openIamRoom()

it('lists the version that there is, without its document', async () => {
  const PolicyArn = awsPolicy('AmazonS3FullAccess')
  const { Versions, IsTruncated } = await room.iam.send(new ListPolicyVersionsCommand({ PolicyArn }))
  const CreateDate = new Date('2021-09-27T20:16:37Z')
  expect(Versions).toEqual([{ VersionId: 'v2', IsDefaultVersion: true, CreateDate }])
  expect(IsTruncated).toBe(false)
})

it('knows no other policy', async () => {
  const PolicyArn = awsPolicy('readonlyaccess')
  await expect(room.iam.send(new ListPolicyVersionsCommand({ PolicyArn }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: `Policy ${PolicyArn} was not found.`,
  })
})

it('lists those of an own policy, newest first, in pages', async () => {
  const PolicyArn = await makePolicy(room, 'own')
  for (const text of ['second', 'third']) {
    await room.iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: textOf(text) }))
  }
  const first = await room.iam.send(new ListPolicyVersionsCommand({ PolicyArn, MaxItems: 2 }))
  const rest = await room.iam.send(new ListPolicyVersionsCommand({ PolicyArn, Marker: first.Marker }))
  const all = [...(first.Versions ?? []), ...(rest.Versions ?? [])]
  expect(all.map(({ VersionId }) => VersionId)).toEqual(['v3', 'v2', 'v1'])
  expect(all.map(({ IsDefaultVersion }) => IsDefaultVersion)).toEqual([false, false, true])
  expect([first.IsTruncated, rest.IsTruncated]).toEqual([true, false])
})

describeIamRequest('ListPolicyVersions', {
  parameters: { PolicyArn: 'arn:aws:iam::100000000001:policy/p' },
  resource: 'policy/p',
})
