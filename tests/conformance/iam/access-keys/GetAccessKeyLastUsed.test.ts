import { GetAccessKeyLastUsedCommand, TagUserCommand } from '@aws-sdk/client-iam'
import { ListBucketsCommand } from '@aws-sdk/client-s3'
import { otherCredentials } from '../../../support/accounts.ts'
import { makeUser } from '../../../support/identity-clients.ts'
import { s3Client } from '../../../support/s3-client.ts'
import { expect, it } from 'vitest'
import { iamClient } from '../../../support/identity-clients.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('tells when and for what a key was used, by whomever it was refused', async () => {
  const credentials = await makeUser(room.server, 'busy')
  const AccessKeyId = credentials.accessKeyId
  const lastUsed = () => room.iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))
  expect(await lastUsed()).toMatchObject({
    UserName: 'busy',
    AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' },
  })
  const listing = s3Client(room.server, { credentials }).send(new ListBucketsCommand())
  await expect(listing).rejects.toMatchObject({ name: 'AccessDenied' })
  const used = { ServiceName: 's3', Region: 'us-east-1', LastUsedDate: expect.any(Date) }
  expect((await lastUsed()).AccessKeyLastUsed).toEqual(used)
  await room.server.settle()
  expect((await lastUsed()).AccessKeyLastUsed).toEqual(used)
})

it('refuses keys of no user of the account to everybody', async () => {
  const { accessKeyId } = await makeUser(room.server, 'hidden')
  const other = iamClient(room.server, otherCredentials)
  for (const AccessKeyId of [accessKeyId, 'AKIAAAAAAAAAAAAAAAAA']) {
    const asking = other.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))
    await expect(asking).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringMatching(`:root is not authorized .* on resource: access key ${AccessKeyId}$`),
    })
  }
})

/* A policy of AWS's examples ("Allows IAM users to manage their own credentials") has it on the user. */
it('is for whoever may do it to the user whose key it is', async () => {
  const may = {
    Effect: 'Allow',
    Action: 'iam:GetAccessKeyLastUsed',
    Resource: 'arn:aws:iam::*:user/${aws:username}',
  }
  const credentials = await makeUser(room.server, 'self', may)
  const another = await makeUser(
    room.server,
    'another',
    { ...may, Resource: '*' },
    { ...may, Effect: 'Deny' },
  )
  const ask = (AccessKeyId: string, as = credentials) =>
    iamClient(room.server, as).send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))
  expect((await ask(credentials.accessKeyId)).UserName).toBe('self')
  expect((await ask(credentials.accessKeyId, another)).UserName).toBe('self')
  const denied = {
    name: 'AccessDenied',
    message: expect.stringContaining(':user/another because no identity'),
  }
  await expect(ask(another.accessKeyId)).rejects.toMatchObject(denied)
  await expect(ask(another.accessKeyId, another)).rejects.toMatchObject({ name: 'AccessDenied' })
})

it('is held to conditions on the tags of the user', async () => {
  const Condition = { StringEquals: { 'aws:ResourceTag/open': 'yes' } }
  const may = { Effect: 'Allow', Action: 'iam:GetAccessKeyLastUsed', Resource: '*', Condition }
  const iam = iamClient(room.server, await makeUser(room.server, 'looker', may))
  const { accessKeyId: AccessKeyId } = await makeUser(room.server, 'open')
  const ask = () => iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))
  await expect(ask()).rejects.toMatchObject({ name: 'AccessDenied' })
  await room.iam.send(new TagUserCommand({ UserName: 'open', Tags: [{ Key: 'open', Value: 'yes' }] }))
  expect((await ask()).UserName).toBe('open')
})
