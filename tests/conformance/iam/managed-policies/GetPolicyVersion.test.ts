import { CreatePolicyVersionCommand, GetPolicyVersionCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { awsPolicy } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { makePolicy, textOf } from '../own-policies.suite.ts'

const room = openIamRoom()
const PolicyArn = awsPolicy('AmazonS3FullAccess')

it('gives the document of the version that there is, encoded', async () => {
  const { PolicyVersion } = await room.iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v2' }))
  expect(PolicyVersion).toMatchObject({
    VersionId: 'v2',
    IsDefaultVersion: true,
    CreateDate: new Date('2021-09-27T20:16:37Z'),
  })
  expect(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ''))).toEqual({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['s3:*', 's3-object-lambda:*'], Resource: '*' }],
  })
})

it('knows no other version', async () => {
  const asking = room.iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v9' }))
  await expect(asking).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

it('knows no other policy', async () => {
  const PolicyArn = awsPolicy('readonlyaccess')
  await expect(
    room.iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v1' })),
  ).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: `Policy ${PolicyArn} was not found.`,
  })
})

it('gives the document of an own version as it was put, which one may count or not', async () => {
  const spaced = `\n${textOf('first').replaceAll(',', ' ,\t')}`
  const PolicyArn = await makePolicy(room, 'own', { PolicyDocument: spaced.trim() })
  await room.iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: textOf('second') }))
  const documents = ['v1', 'v2'].map(async (VersionId) => {
    const { PolicyVersion } = await room.iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }))
    return decodeURIComponent(PolicyVersion?.Document ?? '')
  })
  expect(await Promise.all(documents)).toEqual([spaced.trim(), textOf('second')])
})

describeIamRequest('GetPolicyVersion', {
  parameters: { PolicyArn: 'arn:aws:iam::100000000001:policy/p', VersionId: 'v1' },
  resource: 'policy/p',
})
