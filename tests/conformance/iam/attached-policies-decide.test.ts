import { AddUserToGroupCommand, RemoveUserFromGroupCommand } from '@aws-sdk/client-iam'
import { CreateBucketCommand, ListBucketsCommand } from '@aws-sdk/client-s3'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { expect, it } from 'vitest'
import { type Credentials, mainAccount } from '../../support/accounts.ts'
import { makeUser, sessionOf, stsClient } from '../../support/identity-clients.ts'
import { s3Client } from '../../support/s3-client.ts'
import { awsPolicy, group, role, user } from './attached-policies.suite.ts'
import { openIamRoom } from './iam-room.suite.ts'

const room = openIamRoom()
const readOnly = awsPolicy('AmazonS3ReadOnlyAccess')
const denied = { name: 'AccessDenied' }

const list = (credentials: Credentials) =>
  s3Client(room.server, { credentials }).send(new ListBucketsCommand())
const make = (credentials: Credentials, Bucket: string) =>
  s3Client(room.server, { credentials }).send(new CreateBucketCommand({ Bucket }))

it('a user may what its attached policies say, from the next request on, and not when they are gone', async () => {
  const credentials = await makeUser(room.server, 'reader')
  await expect(list(credentials)).rejects.toMatchObject(denied)
  await user.attach(room.iam, 'reader', readOnly)
  await list(credentials)
  await expect(make(credentials, 'not-made')).rejects.toMatchObject(denied)
  await user.attach(room.iam, 'reader', awsPolicy('AmazonS3FullAccess'))
  await make(credentials, 'made-by-user')
  for (const name of ['AmazonS3FullAccess', 'AmazonS3ReadOnlyAccess']) {
    await user.detach(room.iam, 'reader', awsPolicy(name))
  }
  await expect(list(credentials)).rejects.toMatchObject(denied)
})

it('an own policy that denies wins over one that is attached', async () => {
  const deny = { Effect: 'Deny', Action: 's3:ListAllMyBuckets', Resource: '*' }
  const credentials = await makeUser(room.server, 'narrowed', deny)
  await user.attach(room.iam, 'narrowed', awsPolicy('AdministratorAccess'))
  await expect(list(credentials)).rejects.toMatchObject(denied)
  await make(credentials, 'made-by-administrator')
})

it('a group gives its members what is attached to it', async () => {
  const credentials = await makeUser(room.server, 'member')
  const membership = { GroupName: 'readers', UserName: 'member' }
  await group.make(room, 'readers')
  await group.attach(room.iam, 'readers', readOnly)
  await room.iam.send(new AddUserToGroupCommand(membership))
  await list(credentials)
  await room.iam.send(new RemoveUserFromGroupCommand(membership))
  await expect(list(credentials)).rejects.toMatchObject(denied)
})

it('a session of a role may what is attached to the role', async () => {
  const sts = stsClient(
    room.server,
    await makeUser(room.server, 'assuming', { Effect: 'Allow', Action: 'sts:*', Resource: '*' }),
  )
  await role.make(room, 'reading')
  const RoleArn = `arn:aws:iam::${mainAccount.id}:role/reading`
  const given = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session' }))
  const session = sessionOf(given.Credentials)
  await expect(list(session)).rejects.toMatchObject(denied)
  await role.attach(room.iam, 'reading', readOnly)
  await list(session)
})

it('AWSDenyAll takes everything away, whatever else allows it', async () => {
  const credentials = await makeUser(room.server, 'quarantined', {
    Effect: 'Allow',
    Action: '*',
    Resource: '*',
  })
  await list(credentials)
  await user.attach(room.iam, 'quarantined', awsPolicy('AWSDenyAll'))
  await expect(list(credentials)).rejects.toMatchObject(denied)
  await user.detach(room.iam, 'quarantined', awsPolicy('AWSDenyAll'))
  await list(credentials)
})

it.each([user, group, role])('a $kind that has attached policies is not deleted', async (holder) => {
  await holder.make(room, 'going')
  await holder.attach(room.iam, 'going', readOnly)
  await expect(holder.remove(room.iam, 'going')).rejects.toMatchObject({
    name: 'DeleteConflictException',
    message: 'Cannot delete entity, must detach all policies first.',
  })
  await holder.detach(room.iam, 'going', readOnly)
  await holder.remove(room.iam, 'going')
})
