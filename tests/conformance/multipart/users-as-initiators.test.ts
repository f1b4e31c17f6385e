import { DeleteAccessKeyCommand, DeleteUserCommand, DeleteUserPolicyCommand } from '@aws-sdk/client-iam'
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutBucketPolicyCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { AssumeRoleCommand, GetFederationTokenCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts'
import type { TestServer } from 'holdfast'
import { beforeAll, expect, it } from 'vitest'
import { mainAccount, otherAccount, otherCredentials } from '../../support/accounts.ts'
import {
  iamClient,
  makeRole,
  makeUser,
  sessionOf,
  stsClient,
  trustPolicy,
} from '../../support/identity-clients.ts'
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

it('a session of a role began what it began, under its own name and in each session of that name', async () => {
  const AssumeRolePolicyDocument = trustPolicy(`arn:aws:iam::${mainAccount.id}:user/assumer`)
  const assumes = actions('Allow', 'sts:AssumeRole')
  const sts = stsClient(server, await makeUser(server, 'assumer', assumes))
  const role = { RoleName: 'uploads', Path: '/jobs/', AssumeRolePolicyDocument }
  const RoleArn = await makeRole(server, role, actions('Allow', 's3:PutObject'))
  const session = async (RoleSessionName: string) => {
    const answer = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName }))
    return s3Client(server, { credentials: sessionOf(answer.Credentials) })
  }
  const nightly = await session('nightly')
  const upload = await begun(nightly)
  const ID = `arn:aws:sts::${mainAccount.id}:assumed-role/uploads/nightly`
  const expected = { Initiator: { ID, DisplayName: 'nightly' }, Owner: { ID: mainAccount.canonicalId } }
  expect(await nightly.send(new ListPartsCommand(upload))).toMatchObject(expected)
  const { Uploads } = await root.send(new ListMultipartUploadsCommand({ Bucket }))
  expect(Uploads).toMatchObject([expected])
  const other = await session('weekly')
  await expect(other.send(new ListPartsCommand(upload))).rejects.toMatchObject(denied)
  await expect(other.send(new AbortMultipartUploadCommand(upload))).rejects.toMatchObject(denied)
  const again = await session('nightly')
  await again.send(new ListPartsCommand(upload))
  await again.send(new AbortMultipartUploadCommand(upload))
})

it('a session of a user is that user', async () => {
  const credentials = await makeUser(server, 'with-session', actions('Allow', 's3:PutObject'))
  const { Credentials: given } = await stsClient(server, credentials).send(new GetSessionTokenCommand())
  const upload = await begun(s3Client(server, { credentials: sessionOf(given) }))
  const itself = s3Client(server, { credentials })
  const ID = `arn:aws:iam::${mainAccount.id}:user/with-session`
  expect(await itself.send(new ListPartsCommand(upload))).toMatchObject({ Initiator: { ID } })
  await itself.send(new AbortMultipartUploadCommand(upload))
})

it('a federated session has a name of its own', async () => {
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: actions('Allow', 's3:PutObject') })
  const answer = await stsClient(server).send(new GetFederationTokenCommand({ Name: 'fred', Policy }))
  const federated = s3Client(server, { credentials: sessionOf(answer.Credentials) })
  const upload = await begun(federated)
  const ID = `arn:aws:sts::${mainAccount.id}:federated-user/fred`
  expect(await federated.send(new ListPartsCommand(upload))).toMatchObject({ Initiator: { ID } })
  await federated.send(new AbortMultipartUploadCommand(upload))
})

it('who gets the name of a deleted user began nothing', async () => {
  const may = actions('Allow', 's3:PutObject')
  const first = await makeUser(server, 'renewed', may)
  const upload = await begun(s3Client(server, { credentials: first }))
  const iam = iamClient(server)
  const UserName = 'renewed'
  await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: first.accessKeyId }))
  await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: 'own' }))
  await iam.send(new DeleteUserCommand({ UserName }))
  const second = s3Client(server, { credentials: await makeUser(server, UserName, may) })
  await expect(second.send(new ListPartsCommand(upload))).rejects.toMatchObject(denied)
  await expect(second.send(new AbortMultipartUploadCommand(upload))).rejects.toMatchObject(denied)
  await root.send(new AbortMultipartUploadCommand(upload))
})

it('of what a user began in the bucket of another account, its own account sees and ends it too', async () => {
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { AWS: otherAccount.id },
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::${Bucket}/*`,
    },
  })
  await root.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  const abroad = { url: server.url, credentials: otherCredentials }
  const may = actions('Allow', 's3:PutObject')
  const user = s3Client(server, { credentials: await makeUser(abroad, 'abroad', may) })
  const account = s3Client(server, { credentials: { ...otherCredentials } })
  const upload = await begun(user)
  expect(await account.send(new ListPartsCommand(upload))).toMatchObject({
    Initiator: { DisplayName: 'abroad' },
  })
  await account.send(new AbortMultipartUploadCommand(upload))
  // Of others' uploads it does not, nor does another of its users of this one.
  const ours = await begun(uploader)
  await expect(account.send(new ListPartsCommand(ours))).rejects.toMatchObject(denied)
  await expect(account.send(new AbortMultipartUploadCommand(ours))).rejects.toMatchObject(denied)
  const theirs = await begun(user)
  const other = s3Client(server, { credentials: await makeUser(abroad, 'other', may) })
  await expect(other.send(new AbortMultipartUploadCommand(theirs))).rejects.toMatchObject(denied)
  await root.send(new AbortMultipartUploadCommand(ours))
  await root.send(new AbortMultipartUploadCommand(theirs))
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
