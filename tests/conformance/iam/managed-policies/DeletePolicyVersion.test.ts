import {
  CreatePolicyVersionCommand,
  DeletePolicyVersionCommand,
  GetPolicyVersionCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { awsPolicy } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { makePolicy, noPolicy, outside, ownPolicy, textOf } from '../own-policies.suite.ts'

const room = openIamRoom()

const remove = (PolicyArn: string, VersionId: string) =>
  room.iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }))

it('deletes a version, unless it is the one that counts', async () => {
  const PolicyArn = await makePolicy(room, 'two')
  const PolicyDocument = textOf('second')
  await room.iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }))
  await expect(remove(PolicyArn, 'v2')).rejects.toMatchObject({
    name: 'DeleteConflictException',
    message: 'Cannot delete the default version of a policy.',
    $metadata: { httpStatusCode: 409 },
  })
  await remove(PolicyArn, 'v1')
  const gone = {
    name: 'NoSuchEntityException',
    message: `Policy ${PolicyArn} version v1 does not exist or is not attachable.`,
  }
  await expect(remove(PolicyArn, 'v1')).rejects.toMatchObject(gone)
  const reading = room.iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }))
  await expect(reading).rejects.toMatchObject(gone)
})

it('knows no other policy, and changes none of AWS', async () => {
  await expect(remove(ownPolicy('nothing'), 'v1')).rejects.toMatchObject(noPolicy(ownPolicy('nothing')))
  await expect(remove(awsPolicy('ReadOnlyAccess'), 'v1')).rejects.toMatchObject(outside)
})

it('refuses what is no id of a version', async () => {
  await expect(remove(ownPolicy('two'), '2')).rejects.toMatchObject({ name: 'ValidationError' })
})

describeIamRequest('DeletePolicyVersion', {
  parameters: { PolicyArn: ownPolicy('p'), VersionId: 'v1' },
  resource: 'policy/p',
})
