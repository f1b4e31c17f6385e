import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutBucketPolicyCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { TestServer } from 'holdfast'
import { beforeAll, expect, it } from 'vitest'
import { mainAccount } from '../../support/accounts.ts'
import { makeUser } from '../../support/identity-clients.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'

/*
 * Source: S3 User Guide, "Multipart upload API and permissions": the initiator may list the parts of its upload and abort it
 * unless a policy says no, the bucket's owner may by default, everybody else where they are allowed to.
 */

const Bucket = 'initiators'
let server: TestServer
let root: S3Client
let uploader: S3Client
let count = 0

const actions = (Effect: 'Allow' | 'Deny', ...Action: readonly string[]) => ({
  Effect,
  Action,
  Resource: '*',
})

async function clientOf(...statements: readonly object[]): Promise<S3Client> {
  const credentials = await makeUser(server, `user-${(count += 1)}`, ...statements)
  return s3Client(server, { credentials })
}

beforeAll(async () => {
  server = await startTestServer()
  root = s3Client(server)
  await root.send(new CreateBucketCommand({ Bucket }))
  const credentials = await makeUser(server, 'uploader', actions('Allow', 's3:PutObject'))
  uploader = s3Client(server, { credentials })
  return () => server[Symbol.asyncDispose]()
})

const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }

async function begun(by: S3Client) {
  const target = { Bucket, Key: `k${(count += 1)}` }
  const { UploadId } = await by.send(new CreateMultipartUploadCommand(target))
  return { ...target, UploadId }
}

it('the user who began an upload lists its parts and aborts it, without a policy that says so', async () => {
  const upload = await begun(uploader)
  const arn = `arn:aws:iam::${mainAccount.id}:user/uploader`
  const Initiator = { ID: arn, DisplayName: 'uploader' }
  // The owner stays the account.
  const Owner = { ID: mainAccount.canonicalId }
  expect(await uploader.send(new ListPartsCommand(upload))).toMatchObject({ Initiator, Owner })
  const listing = await root.send(new ListMultipartUploadsCommand({ Bucket }))
  expect(listing.Uploads).toMatchObject([{ Initiator, Owner }])
  await expect(uploader.send(new ListMultipartUploadsCommand({ Bucket }))).rejects.toMatchObject(denied)
  await uploader.send(new AbortMultipartUploadCommand(upload))
})

it('another user of the account does so where a policy allows it, and not before', async () => {
  const upload = await begun(uploader)
  const stranger = await clientOf(actions('Allow', 's3:PutObject'))
  await expect(stranger.send(new ListPartsCommand(upload))).rejects.toMatchObject(denied)
  await expect(stranger.send(new AbortMultipartUploadCommand(upload))).rejects.toMatchObject(denied)
  const permitted = await clientOf(
    actions(
      'Allow',
      's3:ListMultipartUploadParts',
      's3:ListBucketMultipartUploads',
      's3:AbortMultipartUpload',
    ),
  )
  await permitted.send(new ListPartsCommand(upload))
  const { Uploads } = await permitted.send(new ListMultipartUploadsCommand({ Bucket }))
  expect(Uploads).toHaveLength(1)
  await permitted.send(new AbortMultipartUploadCommand(upload))
})

it('the root user, whose bucket it is, aborts what a user began; a user does not abort what the root user began', async () => {
  await root.send(new AbortMultipartUploadCommand(await begun(uploader)))
  const upload = await begun(root)
  await expect(uploader.send(new AbortMultipartUploadCommand(upload))).rejects.toMatchObject(denied)
  await root.send(new AbortMultipartUploadCommand(upload))
})

it('a denial keeps the initiator from it, in its own policy or in the bucket', async () => {
  const own = await clientOf(
    actions('Allow', 's3:PutObject'),
    actions('Deny', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'),
  )
  const upload = await begun(own)
  await expect(own.send(new ListPartsCommand(upload))).rejects.toMatchObject(denied)
  await expect(own.send(new AbortMultipartUploadCommand(upload))).rejects.toMatchObject(denied)
  await root.send(new AbortMultipartUploadCommand(upload))

  const other = await begun(uploader)
  const statement = {
    Effect: 'Deny',
    Principal: { AWS: `arn:aws:iam::${mainAccount.id}:user/uploader` },
    Action: 's3:AbortMultipartUpload',
    Resource: `arn:aws:s3:::${Bucket}/*`,
  }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  await root.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  await expect(uploader.send(new AbortMultipartUploadCommand(other))).rejects.toMatchObject(denied)
  await uploader.send(new ListPartsCommand(other))
  await root.send(new AbortMultipartUploadCommand(other))
})
