import { CreateUserCommand, GetUserCommand } from '@aws-sdk/client-iam'
import { otherCredentials } from '../../../support/accounts.ts'
import { queryRequest } from '../../../support/query-request.ts'
import { xmlTexts } from '../../../support/raw-request.ts'
import { expect, it } from 'vitest'
import { iamClient } from '../../../support/identity-clients.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('makes a user', async () => {
  const Tags = [{ Key: 'team', Value: 'a b' }]
  const { User } = await room.iam.send(new CreateUserCommand({ UserName: 'Alice', Path: '/division/', Tags }))
  expect(User).toEqual({
    Path: '/division/',
    UserName: 'Alice',
    UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
    Arn: 'arn:aws:iam::100000000001:user/division/Alice',
    CreateDate: expect.any(Date),
    Tags,
  })
  expect((await room.iam.send(new GetUserCommand({ UserName: 'Alice' }))).User).toEqual(User)
})

it('answers in XML of IAM', async () => {
  const answer = await queryRequest(room.server, 'iam', { Action: 'CreateUser', UserName: 'raw' })
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/xml'])
  expect(answer.text).toMatch(
    /^<CreateUserResponse xmlns="https:\/\/iam.amazonaws.com\/doc\/2010-05-08\/"><CreateUserResult><User><Path>\/<\/Path>/,
  )
  expect(xmlTexts(answer.text, 'CreateDate')[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  expect(xmlTexts(answer.text, 'RequestId')).toEqual([answer.headers['x-amzn-requestid']])
})

it('refuses a name that is taken, in whatever case, but not in another account', async () => {
  await room.iam.send(new CreateUserCommand({ UserName: 'Carol' }))
  const again = room.iam.send(new CreateUserCommand({ UserName: 'cAROL' }))
  await expect(again).rejects.toMatchObject({
    name: 'EntityAlreadyExistsException',
    message: 'User with name cAROL already exists.',
    $metadata: { httpStatusCode: 409 },
  })
  const { User } = await iamClient(room.server, otherCredentials).send(
    new CreateUserCommand({ UserName: 'Carol' }),
  )
  expect(User?.Arn).toBe('arn:aws:iam::100000000002:user/Carol')
})

it('makes one of many that ask for a name at once', async () => {
  const asked = Array.from({ length: 8 }, () => room.iam.send(new CreateUserCommand({ UserName: 'once' })))
  const outcomes = await Promise.allSettled(asked)
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})

it.each([
  [
    { UserName: 'a b' },
    "at 'userName' failed to satisfy constraint: Member must satisfy regular expression pattern",
  ],
  [{ UserName: 'x'.repeat(65) }, 'less than or equal to 64'],
  [{ UserName: 'x', Path: 'a/' }, "at 'path' failed"],
])('refuses %j', async (input, message) => {
  const asking = room.iam.send(new CreateUserCommand(input))
  await expect(asking).rejects.toMatchObject({
    name: 'ValidationError',
    message: expect.stringContaining(message),
  })
})

it.each([
  [
    [
      { Key: 'a', Value: '' },
      { Key: 'A', Value: '' },
    ],
    'InvalidInputException',
  ],
  [[{ Key: 'aws:x', Value: '' }], 'InvalidInputException'],
])('refuses the tags %j', async (Tags, name) => {
  await expect(room.iam.send(new CreateUserCommand({ UserName: 'tagged', Tags }))).rejects.toMatchObject({
    name,
  })
})

it('makes nobody with a boundary that is none', async () => {
  const PermissionsBoundary = 'arn:aws:iam::aws:policy/Nothing'
  const asking = room.iam.send(new CreateUserCommand({ UserName: 'bounded', PermissionsBoundary }))
  await expect(asking).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: `Scope ARN: ${PermissionsBoundary} does not exist or is not attachable.`,
  })
  const looking = room.iam.send(new GetUserCommand({ UserName: 'bounded' }))
  await expect(looking).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('CreateUser', {
  parameters: { UserName: 'new', Path: '/team/' },
  resource: 'user/team/new',
})
