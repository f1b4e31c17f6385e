import {
  CreateJobCommand,
  type CreateJobCommandInput,
  type S3CopyObjectOperation,
  type S3JobManifestGenerator,
} from '@aws-sdk/client-s3-control'
import { beforeAll, describe, expect, it } from 'vitest'
import type { OrderedStore } from '../../../packages/server/src/metadata/ordered-store.ts'
import { jobTurns } from '../../../packages/server/src/metadata/tables/job-tables.ts'
import { transact } from '../../../packages/server/src/metadata/transaction.ts'
import { mainAccount, otherAccount } from '../../support/accounts.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { expectError, sdkError } from '../objects/object-room.ts'
import { ACCOUNT, JobRoom } from './job-room.ts'

let room: JobRoom
let metadata: OrderedStore
let role: string
let Manifest: NonNullable<CreateJobCommandInput['Manifest']>
beforeAll(async () => {
  room = await JobRoom.open({ wrapMetadata: (store: OrderedStore) => (metadata = store) })
  role = await room.role()
  Manifest = await room.manifest(['work,a'])
  return () => room[Symbol.asyncDispose]()
})

const refusal = async (parts: Partial<CreateJobCommandInput>) =>
  sdkError(room.control.send(new CreateJobCommand(room.input({ Manifest, RoleArn: role, ...parts }))))

it('makes one job of a request that comes twice with a token', async () => {
  const input = { Manifest, RoleArn: role, ConfirmationRequired: true, ClientRequestToken: 'token' }
  const first = await room.create(input)
  expect(first).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/)
  expect(await room.create(input)).toBe(first)
  const other = { ...input, Operation: { S3PutObjectTagging: { TagSet: [] } } }
  expect(await refusal(other)).toEqual([400, 'IdempotencyException'])
  expect(await room.create({ ...input, ClientRequestToken: 'other' })).not.toBe(first)
})

describe('what is refused', () => {
  const report = { Enabled: true, Bucket: 'arn:aws:s3:::work', Format: 'Report_CSV_20180820' as const }
  const generator = { SourceBucket: 'arn:aws:s3:::work', EnableManifestOutput: false }
  const output = { Bucket: 'arn:aws:s3:::work', ManifestFormat: 'S3InventoryReport_CSV_20211130' as const }
  const generated = (more: Partial<S3JobManifestGenerator>) => ({
    Manifest: undefined,
    ManifestGenerator: { S3JobManifestGenerator: { ...generator, ...more } },
  })
  const long = 'b'.repeat(1000)
  const copy = (more: S3CopyObjectOperation) => ({
    S3PutObjectCopy: { TargetResource: 'arn:aws:s3:::work', ...more },
  })
  const grant = (Permission: 'READ' | 'WRITE') => ({
    Grantee: { TypeIdentifier: 'id' as const, Identifier: otherAccount.canonicalId },
    Permission,
  })
  it.each<[string, Partial<CreateJobCommandInput>, number, string]>([
    ['a negative priority', { Priority: -1 }, 400, 'InvalidRequest'],
    ['no manifest', { Manifest: undefined }, 400, 'InvalidRequest'],
    ['two manifests', { ManifestGenerator: { S3JobManifestGenerator: generator } }, 400, 'InvalidRequest'],
    ['a copy to nowhere', { Operation: { S3PutObjectCopy: {} } }, 400, 'InvalidRequest'],
    [
      'a restoration for no time',
      { Operation: { S3InitiateRestoreObject: { ExpirationInDays: 0 } } },
      400,
      'InvalidRequest',
    ],
    ['a report without a scope', { Report: report }, 400, 'InvalidRequest'],
    ['a report without a bucket', { Report: { ...report, Bucket: 'work' } }, 400, 'InvalidRequest'],
    ['a role that is none', { RoleArn: 'role' }, 400, 'InvalidArgument'],
    [
      'the role of another account',
      { RoleArn: `arn:aws:iam::${otherAccount.id}:role/r` },
      403,
      'AccessDenied',
    ],
    ['a tag of AWS', { Tags: [{ Key: 'aws:a', Value: 'b' }] }, 400, 'InvalidTag'],
    [
      'a composite CRC64NVME',
      { Operation: { S3ComputeObjectChecksum: { ChecksumType: 'COMPOSITE' } } },
      400,
      'InvalidRequest',
    ],
    [
      'a checksum of no algorithm',
      { Operation: { S3ComputeObjectChecksum: { ChecksumAlgorithm: 'CRC16' as never } } },
      400,
      'InvalidRequest',
    ],
    [
      'another encryption that is none',
      { Operation: { S3UpdateObjectEncryption: {} } },
      400,
      'InvalidRequest',
    ],
    [
      'a copy with a checksum that copies have not',
      { Operation: copy({ ChecksumAlgorithm: 'MD5' }) },
      400,
      'InvalidRequest',
    ],
    [
      'a copy with grants and a canned ACL',
      { Operation: copy({ AccessControlGrants: [grant('READ')], CannedAccessControlList: 'private' }) },
      400,
      'InvalidRequest',
    ],
    [
      'a copy with a grant that objects have not',
      { Operation: copy({ AccessControlGrants: [grant('WRITE')] }) },
      400,
      'InvalidRequest',
    ],
    [
      'a copy with a grant to nobody',
      { Operation: copy({ AccessControlGrants: [{ Grantee: undefined, Permission: 'READ' }] }) },
      400,
      'InvalidRequest',
    ],
    [
      'an ACL of nothing',
      { Operation: { S3PutObjectAcl: { AccessControlPolicy: {} } } },
      400,
      'InvalidRequest',
    ],
    [
      'grants and a canned ACL',
      {
        Operation: {
          S3PutObjectAcl: {
            AccessControlPolicy: {
              AccessControlList: { Owner: { ID: mainAccount.canonicalId }, Grants: [grant('READ')] },
              CannedAccessControlList: 'private',
            },
          },
        },
      },
      400,
      'InvalidRequest',
    ],
    [
      'a copy with too much metadata',
      { Operation: copy({ NewObjectMetadata: { UserMetadata: { a: long, b: long, c: long } } }) },
      400,
      'MetadataTooLarge',
    ],
    [
      'a copy with two encryptions',
      { Operation: copy({ NewObjectMetadata: { SSEAlgorithm: 'AES256' }, SSEAwsKmsKeyId: 'k' }) },
      400,
      'InvalidRequest',
    ],
    [
      'a generated manifest that goes nowhere',
      generated({ EnableManifestOutput: true }),
      400,
      'InvalidRequest',
    ],
    [
      'a generated manifest in a directory bucket',
      generated({ ManifestOutputLocation: { ...output, Bucket: 'arn:aws:s3:::a--usw2-az1--x-s3' } }),
      400,
      'InvalidRequest',
    ],
    [
      'a generated manifest of a directory bucket',
      generated({ SourceBucket: 'arn:aws:s3:::a--usw2-az1--x-s3' }),
      400,
      'InvalidRequest',
    ],
    [
      'a generated manifest of no format',
      generated({ ManifestOutputLocation: { ...output, ManifestFormat: 'CSV' as never } }),
      400,
      'InvalidRequest',
    ],
    [
      'a generated manifest with two encryptions',
      generated({
        ManifestOutputLocation: { ...output, ManifestEncryption: { SSES3: {}, SSEKMS: { KeyId: 'k' } } },
      }),
      400,
      'InvalidRequest',
    ],
    [
      'a filter by no encryption',
      generated({ Filter: { MatchAnyObjectEncryption: [{} as never] } }),
      400,
      'MalformedXML',
    ],
  ])('%s', async (_, parts, status, code) => {
    expect(await refusal(parts)).toEqual([status, code])
  })

  it.each<[string, ('Bucket' | 'Key' | 'VersionId' | 'Ignore')[]]>([
    ['without keys', ['Bucket']],
    ['with a field twice', ['Bucket', 'Key', 'Key']],
    ['without fields', []],
  ])('a manifest %s', async (_, Fields) => {
    const Spec = { Format: 'S3BatchOperations_CSV_20180820' as const, Fields }
    expect(await refusal({ Manifest: { Spec, Location: Manifest.Location } })).toEqual([
      400,
      'InvalidRequest',
    ])
  })

  it.each([
    ['', 'MissingRequestBodyError'],
    ['x', 'MalformedXML'],
    ['<CreateJobRequest/>', 'MalformedXML'],
  ])('the document %j', async (body, code) => {
    const headers = { 'x-amz-account-id': ACCOUNT }
    const answer = await rawRequest(room.server, {
      method: 'POST',
      path: '/v20180820/jobs',
      headers,
      body,
      date: room.server.clock.now(),
    })
    expectError(answer, 400, code)
  })
})

it('takes a thousand jobs of an account that have not ended, and those of others besides', async () => {
  const token = { Manifest, RoleArn: role, ConfirmationRequired: true, ClientRequestToken: 'before' }
  const before = await room.create(token)
  const fill = (accountId: string, count: number) =>
    transact(metadata, (transaction) => {
      for (let job = 0; job < count; job++)
        transaction.put(jobTurns, ['waiting', accountId, 1, 1, `none-${job}`], {})
    })
  await fill(otherAccount.id, 1000)
  await room.create({ Manifest, RoleArn: role, ConfirmationRequired: true })
  await fill(ACCOUNT, 1000)
  expect(await refusal({})).toEqual([400, 'TooManyRequestsException'])
  expect(await room.create(token)).toBe(before)
})
