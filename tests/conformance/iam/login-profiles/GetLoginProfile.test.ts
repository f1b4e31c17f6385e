import { CreateLoginProfileCommand, CreateUserCommand, GetLoginProfileCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { iamClient, makeUser } from '../../../support/identity-clients.ts'
import { queryRequest } from '../../../support/query-request.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('tells that a user has a password, and nothing of it', async () => {
  const own = { Effect: 'Allow', Action: 'iam:GetLoginProfile', Resource: '*' }
  const jane = iamClient(room.server, await makeUser(room.server, 'jane', own))
  await room.iam.send(new CreateLoginProfileCommand({ UserName: 'jane', Password: 'Correct horse 1' }))
  const shown = { UserName: 'jane', PasswordResetRequired: false, CreateDate: expect.any(Date) }
  for (const [iam, UserName] of [
    [room.iam, 'jane'],
    [jane, undefined],
  ] as const) {
    expect((await iam.send(new GetLoginProfileCommand({ UserName }))).LoginProfile).toEqual(shown)
  }
  const raw = await queryRequest(room.server, 'iam', { Action: 'GetLoginProfile', UserName: 'jane' })
  expect(raw.text.match(/<\w+>/g)?.slice(1)).toEqual(
    expect.arrayContaining(['<LoginProfile>', '<UserName>', '<CreateDate>', '<PasswordResetRequired>']),
  )
  expect(raw.text).not.toContain('orse')
})

it('knows nobody else, and none of a user without', async () => {
  await room.iam.send(new CreateUserCommand({ UserName: 'without' }))
  const asking = room.iam.send(new GetLoginProfileCommand({ UserName: 'without' }))
  await expect(asking).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'Login Profile for User without cannot be found.',
    $metadata: { httpStatusCode: 404 },
  })
  const strange = room.iam.send(new GetLoginProfileCommand({ UserName: 'nobody' }))
  await expect(strange).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('GetLoginProfile', {
  parameters: { UserName: 'somebody' },
  resource: 'user/team/somebody',
})
