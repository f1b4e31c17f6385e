import {
  GetObjectAclCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutObjectAclCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { mainAccount, otherAccount } from '../../support/accounts.ts'
import { ReplicationRoom, ruleTo } from './replication-room.ts'

let room: ReplicationRoom
beforeAll(async () => {
  room = await ReplicationRoom.open()
})
afterAll(() => room[Symbol.asyncDispose]())

const OVERRIDE = {
  Destination: {
    Bucket: '',
    Account: otherAccount.id,
    AccessControlTranslation: { Owner: 'Destination' as const },
  },
}

/** A bucket with ACLs, and one of another account that lets the role in. */
async function twoAccounts(): Promise<{ from: string; to: string; role: string }> {
  const [from, to] = [await room.bucket(), await room.bucket({ client: room.other })]
  const role = await room.role()
  const OwnershipControls = { Rules: [{ ObjectOwnership: 'ObjectWriter' as const }] }
  await room.client.send(new PutBucketOwnershipControlsCommand({ Bucket: from, OwnershipControls }))
  await room.other.send(new PutBucketOwnershipControlsCommand({ Bucket: to, OwnershipControls }))
  const Action = ['s3:ReplicateObject', 's3:ReplicateTags', 's3:ObjectOwnerOverrideToBucketOwner']
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: role },
    Action,
    Resource: `arn:aws:s3:::${to}/*`,
  }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  await room.other.send(new PutBucketPolicyCommand({ Bucket: to, Policy }))
  return { from, to, role }
}

/** Lets the other account read an object, where it lies and wherever that goes. */
async function letRead(Bucket: string, Key: string): Promise<void> {
  const owner = `id=${mainAccount.canonicalId}`
  const GrantRead = `id=${otherAccount.canonicalId}`
  await room.client.send(new PutObjectAclCommand({ Bucket, Key, GrantFullControl: owner, GrantRead }))
  await room.server.settle()
}

async function grants(client: S3Client, Bucket: string, Key: string): Promise<string[]> {
  const { Owner, Grants = [] } = await client.send(new GetObjectAclCommand({ Bucket, Key }))
  const nameOf = (id: string | undefined) => (id === otherAccount.canonicalId ? 'other' : 'main')
  return [
    nameOf(Owner?.ID),
    ...Grants.map(({ Grantee, Permission }) => `${nameOf(Grantee?.ID)} ${Permission}`),
  ]
}

it('an ACL that changes goes along, also from a bucket that tells nobody of it', async () => {
  const { from, to, role } = await twoAccounts()
  await room.replicate(from, role, ruleTo(to))
  await room.put(from, 'a')
  await room.server.settle()
  await letRead(from, 'a')
  expect(await grants(room.client, to, 'a')).toEqual(['main', 'main FULL_CONTROL', 'other READ'])
})

it('an owner override that is added later leaves replicas with the ACLs of their objects', async () => {
  const { from, to, role } = await twoAccounts()
  await room.replicate(from, role, ruleTo(to))
  await room.put(from, 'a')
  await room.server.settle()
  await room.replicate(from, role, ruleTo(to, OVERRIDE))
  await letRead(from, 'a')
  expect(await room.status(from, 'a')).toBe('COMPLETED')
  expect(await grants(room.client, to, 'a')).toEqual(['main', 'main FULL_CONTROL', 'other READ'])
})

it('replicas that were given to the owner of their bucket keep their own ACL without the override', async () => {
  const { from, to, role } = await twoAccounts()
  await room.replicate(from, role, ruleTo(to, OVERRIDE))
  await room.put(from, 'a')
  await room.server.settle()
  await room.replicate(from, role, ruleTo(to))
  await letRead(from, 'a')
  expect(await room.status(from, 'a')).toBe('COMPLETED')
  expect(await grants(room.other, to, 'a')).toEqual(['other', 'other FULL_CONTROL'])
})
