import { CreateUserCommand, GetUserPolicyCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const UserName = 'holder'
const room = openIamRoom(async ({ iam }) => {
  await iam.send(new CreateUserCommand({ UserName }))
})

const policy = (Resource: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource } })
const put = (PolicyName: string, PolicyDocument: string) =>
  room.iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }))

it('keeps a policy, and puts another in its place', async () => {
  for (const document of [policy('arn:aws:s3:::a/*'), policy('arn:aws:s3:::b/*')]) {
    await put('p', document)
    const { PolicyDocument = '' } = await room.iam.send(
      new GetUserPolicyCommand({ UserName, PolicyName: 'p' }),
    )
    expect(decodeURIComponent(PolicyDocument)).toBe(document)
  }
})

it('has names that mean something to JavaScript, and nothing to IAM', async () => {
  await put('__proto__', policy('*'))
  const { PolicyDocument = '' } = await room.iam.send(
    new GetUserPolicyCommand({ UserName, PolicyName: '__proto__' }),
  )
  expect(decodeURIComponent(PolicyDocument)).toBe(policy('*'))
})

it.each([
  ['{', 'Syntax errors in policy.'],
  ['{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*"}}', 'must contain resources'],
  [
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}}',
    'rincipal',
  ],
])('refuses %s', async (document, message) => {
  await expect(put('bad', document)).rejects.toMatchObject({
    name: 'MalformedPolicyDocumentException',
    message: expect.stringMatching(message),
    $metadata: { httpStatusCode: 400 },
  })
})

it('holds 2,048 characters of all policies, white space aside', async () => {
  const large = policy(`arn:aws:s3:::${'x'.repeat(1000)}/*`)
  await put('p', large.replaceAll(',', ', \n       '))
  await expect(put('q', large)).rejects.toMatchObject({
    name: 'LimitExceededException',
    message: 'Maximum policy size of 2048 bytes exceeded for user holder',
  })
})

it('knows nobody else', async () => {
  const command = new PutUserPolicyCommand({
    UserName: 'nobody',
    PolicyName: 'p',
    PolicyDocument: policy('*'),
  })
  await expect(room.iam.send(command)).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('PutUserPolicy', {
  parameters: { UserName: 'somebody', PolicyName: 'p', PolicyDocument: policy('*') },
  resource: 'user/team/somebody',
})
