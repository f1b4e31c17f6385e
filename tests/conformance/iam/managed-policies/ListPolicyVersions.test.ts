import { ListPolicyVersionsCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { awsPolicy } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

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

describeIamRequest('ListPolicyVersions', {
  parameters: { PolicyArn: 'arn:aws:iam::100000000001:policy/p' },
  resource: 'policy/p',
})
