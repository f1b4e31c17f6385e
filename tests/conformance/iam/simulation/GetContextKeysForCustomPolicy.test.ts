import { GetContextKeysForCustomPolicyCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()
const policy = (...Statement: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement })

const namesOf = async (...PolicyInputList: string[]) =>
  (await room.iam.send(new GetContextKeysForCustomPolicyCommand({ PolicyInputList }))).ContextKeyNames

const own = policy({
  Effect: 'Allow',
  Action: 'dynamodb:*',
  Resource: 'arn:aws:dynamodb:us-west-2:128716708097:table/${aws:username}',
  Condition: { DateGreaterThan: { 'aws:CurrentTime': '2015-08-16T12:00:00Z' } },
})

it('lists the keys of conditions and variables, each once', async () => {
  expect(await namesOf(own)).toEqual(['aws:username', 'aws:CurrentTime'])
  const other = policy({
    Effect: 'Deny',
    NotAction: 's3:*',
    Resource: '*',
    Condition: {
      StringLike: {
        'AWS:UserName': 'a*',
        's3:prefix': ["${aws:PrincipalTag/team, 'x'}/*", '${*}'],
      },
    },
  })
  expect(await namesOf(own, other)).toEqual([
    'aws:username',
    'aws:CurrentTime',
    's3:prefix',
    'aws:PrincipalTag/team',
  ])
  expect(await namesOf(policy({ Effect: 'Allow', Action: '*', Resource: '*' }))).toEqual([])
})

it.each(['{}', '{', policy({ Effect: 'Allow', Action: '*', Resource: '*', Principal: '*' })])(
  'takes no %s',
  async (text) => {
    await expect(namesOf(own, text)).rejects.toMatchObject({
      name: 'InvalidInputException',
      message: expect.stringContaining('PolicyInputList.2 is no valid policy: ') as string,
    })
  },
)

describeIamRequest('GetContextKeysForCustomPolicy', {
  parameters: { 'PolicyInputList.member.1': own },
  resource: '*',
})
