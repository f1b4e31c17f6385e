import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreateUserCommand,
  GetContextKeysForPrincipalPolicyCommand,
  PutGroupPolicyCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { makeRole, putPolicy, trustPolicy } from '../../../support/identity-clients.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const HOME = '100000000001'
const arn = (name: string): string => `arn:aws:iam::${HOME}:${name}`
const looksAt = (key: string) => ({
  Effect: 'Allow',
  Action: 's3:*',
  Resource: '*',
  Condition: { StringEquals: { [key]: 'x' } },
})
const policy = (key: string) => JSON.stringify({ Version: '2012-10-17', Statement: looksAt(key) })

const room = openIamRoom(async ({ iam, server }) => {
  await iam.send(new CreateUserCommand({ UserName: 'jill' }))
  await putPolicy(iam, 'jill', looksAt('s3:prefix'))
  const GroupName = 'gang'
  await iam.send(new CreateGroupCommand({ GroupName }))
  await iam.send(
    new PutGroupPolicyCommand({ GroupName, PolicyName: 'p', PolicyDocument: policy('aws:SourceVpc') }),
  )
  await iam.send(new AddUserToGroupCommand({ GroupName, UserName: 'jill' }))
  await makeRole(
    server,
    { RoleName: 'worker', AssumeRolePolicyDocument: trustPolicy(HOME) },
    looksAt('aws:SourceIp'),
  )
})

async function namesOf(name: string, ...PolicyInputList: string[]) {
  const request = { PolicySourceArn: arn(name), PolicyInputList }
  return (await room.iam.send(new GetContextKeysForPrincipalPolicyCommand(request))).ContextKeyNames
}

it.each([
  ['user/jill', ['s3:prefix', 'aws:SourceVpc']],
  ['group/gang', ['aws:SourceVpc']],
  ['role/worker', ['aws:SourceIp']],
])('lists those of the policies of %s', async (name, keys) => {
  expect(await namesOf(name)).toEqual(keys)
  expect(await namesOf(name, policy('aws:userid'), policy('S3:Prefix'))).toEqual(
    name === 'user/jill' ? [...keys, 'aws:userid'] : [...keys, 'aws:userid', 'S3:Prefix'],
  )
})

it.each(['user/nobody', 'group/jill', 'role/jill'])('knows no %s', async (name) => {
  await expect(namesOf(name)).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

it('takes no ARN of something else, and no text that is no policy', async () => {
  await expect(namesOf('policy/somebodys')).rejects.toMatchObject({ name: 'InvalidInputException' })
  await expect(namesOf('user/jill', '{}')).rejects.toMatchObject({ name: 'InvalidInputException' })
})

describeIamRequest('GetContextKeysForPrincipalPolicy', {
  parameters: { PolicySourceArn: arn('user/team/somebody') },
  resource: 'user/team/somebody',
})
