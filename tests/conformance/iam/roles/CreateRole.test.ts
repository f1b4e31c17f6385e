import { CreateRoleCommand, CreateUserCommand, GetRoleCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { iamClient, trustPolicy } from '../../../support/identity-clients.ts'
import { mainAccount, otherCredentials } from '../../../support/accounts.ts'
import { queryRequest } from '../../../support/query-request.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

const AssumeRolePolicyDocument = trustPolicy(mainAccount.id)

it('makes a role', async () => {
  const Tags = [{ Key: 'team', Value: 'a b' }]
  const input = {
    RoleName: 'Reader',
    Path: '/division/',
    Description: 'reads',
    MaxSessionDuration: 7200,
    Tags,
  }
  const { Role } = await room.iam.send(new CreateRoleCommand({ ...input, AssumeRolePolicyDocument }))
  expect(Role).toEqual({
    ...input,
    RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
    Arn: `arn:aws:iam::${mainAccount.id}:role/division/Reader`,
    CreateDate: expect.any(Date),
    AssumeRolePolicyDocument: expect.stringMatching(/^%7B%22Version%22%3A/),
  })
  expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(AssumeRolePolicyDocument)
  expect((await room.iam.send(new GetRoleCommand({ RoleName: 'Reader' }))).Role).toEqual({
    ...Role,
    RoleLastUsed: {},
  })
})

it('answers in XML of IAM, with an hour for sessions', async () => {
  const parameters = { Action: 'CreateRole', RoleName: 'raw', AssumeRolePolicyDocument }
  const answer = await queryRequest(room.server, 'iam', parameters)
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/xml'])
  expect(answer.text).toMatch(
    /^<CreateRoleResponse xmlns="https:\/\/iam.amazonaws.com\/doc\/2010-05-08\/"><CreateRoleResult><Role><Path>\/<\/Path>/,
  )
  expect(answer.text).toContain('<MaxSessionDuration>3600</MaxSessionDuration>')
})

it('refuses a name that is taken, in whatever case, but not in another account, nor that of a user', async () => {
  await room.iam.send(new CreateUserCommand({ UserName: 'Taken' }))
  await room.iam.send(new CreateRoleCommand({ RoleName: 'Taken', AssumeRolePolicyDocument }))
  const again = room.iam.send(new CreateRoleCommand({ RoleName: 'tAKEN', AssumeRolePolicyDocument }))
  await expect(again).rejects.toMatchObject({
    name: 'EntityAlreadyExistsException',
    message: 'Role with name tAKEN already exists.',
  })
  const { Role } = await iamClient(room.server, otherCredentials).send(
    new CreateRoleCommand({ RoleName: 'Taken', AssumeRolePolicyDocument }),
  )
  expect(Role?.Arn).toBe('arn:aws:iam::100000000002:role/Taken')
})

it.each([
  ['{', 'Syntax errors in policy.'],
  ['{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole"}}', 'Principal'],
  [
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:*"}}',
    'AssumeRole policy may only specify STS AssumeRole actions.',
  ],
  [
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:*","Resource":"*"}}',
    'Has prohibited field Resource',
  ],
  [
    trustPolicy(`arn:aws:iam::${mainAccount.id}:user/nobody`),
    `Invalid principal in policy: "AWS":"arn:aws:iam::${mainAccount.id}:user/nobody"`,
  ],
])('refuses the trust policy %s', async (document, message) => {
  const input = { RoleName: 'bad', AssumeRolePolicyDocument: document }
  await expect(room.iam.send(new CreateRoleCommand(input))).rejects.toMatchObject({
    name: 'MalformedPolicyDocumentException',
    message: expect.stringContaining(message),
    $metadata: { httpStatusCode: 400 },
  })
})

it.each([
  [{ RoleName: 'a b' }, "at 'roleName' failed"],
  [{ RoleName: 'x'.repeat(65) }, 'less than or equal to 64'],
  [{ MaxSessionDuration: 3599 }, 'greater than or equal to 3600'],
  [{ MaxSessionDuration: 43_201 }, 'less than or equal to 43200'],
  [{ Description: 'x'.repeat(1001) }, 'less than or equal to 1000'],
])('refuses %j', async (wrong, message) => {
  const input = { RoleName: 'x', AssumeRolePolicyDocument, ...wrong }
  await expect(room.iam.send(new CreateRoleCommand(input))).rejects.toMatchObject({
    name: 'ValidationError',
    message: expect.stringContaining(message),
  })
})

it('makes none with a boundary that is none', async () => {
  const PermissionsBoundary = 'arn:aws:iam::aws:policy/Nothing'
  const input = { RoleName: 'bounded', AssumeRolePolicyDocument, PermissionsBoundary }
  await expect(room.iam.send(new CreateRoleCommand(input))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: `Scope ARN: ${PermissionsBoundary} does not exist or is not attachable.`,
  })
})

describeIamRequest('CreateRole', {
  parameters: { RoleName: 'new', Path: '/team/', AssumeRolePolicyDocument },
  resource: 'role/team/new',
})
