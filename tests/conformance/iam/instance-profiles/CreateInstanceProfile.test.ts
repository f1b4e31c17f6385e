import {
  CreateInstanceProfileCommand,
  type CreateInstanceProfileCommandInput,
  DeleteInstanceProfileCommand,
} from '@aws-sdk/client-iam'
import { startServer } from 'holdfast'
import { expect, it } from 'vitest'
import { mainAccount, otherCredentials } from '../../../support/accounts.ts'
import { iamClient } from '../../../support/identity-clients.ts'
import { queryRequest } from '../../../support/query-request.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()
const create = (
  InstanceProfileName: string,
  input: Partial<CreateInstanceProfileCommandInput> = {},
  iam = room.iam,
) => iam.send(new CreateInstanceProfileCommand({ InstanceProfileName, ...input }))

it('makes one without a role', async () => {
  const Tags = [{ Key: 'team', Value: 'a' }]
  const { InstanceProfile } = await create('machines', { Path: '/ci/builders/', Tags })
  expect(InstanceProfile).toEqual({
    Path: '/ci/builders/',
    InstanceProfileName: 'machines',
    InstanceProfileId: expect.stringMatching(/^AIPA[A-Z2-7]{17}$/),
    Arn: `arn:aws:iam::${mainAccount.id}:instance-profile/ci/builders/machines`,
    CreateDate: expect.any(Date),
    Roles: [],
    Tags,
  })
})

it('answers in XML of IAM', async () => {
  const parameters = { Action: 'CreateInstanceProfile', InstanceProfileName: 'raw' }
  const answer = await queryRequest(room.server, 'iam', parameters)
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/xml'])
  expect(answer.text).toContain('<CreateInstanceProfileResult><InstanceProfile><Path>/</Path>')
  expect(answer.text).toMatch(/<Roles *\/>|<Roles><\/Roles>/)
})

it('refuses a name that there is, in whatever case and path, but not in another account', async () => {
  await create('taken', { Path: '/a/' })
  for (const name of ['taken', 'TAKEN']) {
    await expect(create(name)).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      message: `Instance Profile ${name} already exists.`,
      $metadata: { httpStatusCode: 409 },
    })
  }
  const { InstanceProfile } = await create('taken', {}, iamClient(room.server, otherCredentials))
  expect(InstanceProfile?.Arn).toBe('arn:aws:iam::100000000002:instance-profile/taken')
})

it.each([
  { InstanceProfileName: 'a b' },
  { InstanceProfileName: 'x'.repeat(129) },
  { InstanceProfileName: '' },
  { Path: 'ci' },
  { Path: '/ci' },
  { Path: `/${'x'.repeat(511)}/` },
])('refuses %o', async (input) => {
  await expect(create('good', input)).rejects.toMatchObject({
    name: 'ValidationError',
    $metadata: { httpStatusCode: 400 },
  })
})

it('takes a name of 128 characters', async () => {
  expect((await create('x'.repeat(128))).InstanceProfile?.InstanceProfileName).toHaveLength(128)
})

it('refuses tags that are the same, or more than fifty', async () => {
  const twice = ['a', 'a'].map((Key) => ({ Key, Value: '' }))
  await expect(create('tagged', { Tags: twice })).rejects.toMatchObject({ name: 'InvalidInputException' })
  const many = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: '' }))
  await expect(create('tagged', { Tags: many })).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } })
})

it('makes a thousand in an account, and another once one is gone', async () => {
  await using server = await startServer()
  const iam = iamClient(server)
  for (let index = 0; index < 1000; index += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, more) => create(`p${index + more}`, {}, iam)))
  }
  await expect(create('more', {}, iam)).rejects.toMatchObject({
    name: 'LimitExceededException',
    message: 'Cannot exceed quota for InstanceProfilesPerAccount: 1000',
    $metadata: { httpStatusCode: 409 },
  })
  await iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName: 'p7' }))
  await create('more', {}, iam)
})

describeIamRequest('CreateInstanceProfile', {
  parameters: { InstanceProfileName: 'new', Path: '/team/' },
  resource: 'instance-profile/team/new',
})
