/**
 * `aws:ResourceAccount` of requests that are about an account, and about a bucket. Source: IAM User Guide, "AWS global condition
 * context keys", "aws:ResourceAccount".
 */
import {
  CreateBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3'
import type { TestServer } from 'holdfast'
import { beforeAll, expect, it } from 'vitest'
import { type Credentials, mainAccount, otherAccount, otherCredentials } from '../../support/accounts.ts'
import { makeUser } from '../../support/identity-clients.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'

const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
const denying = (Condition: object) => ({ ...everything, Effect: 'Deny', Condition })

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  await s3Client(server).send(new CreateBucketCommand({ Bucket: 'of-main' }))
  const theirs = s3Client(server, { credentials: otherCredentials })
  await theirs.send(new CreateBucketCommand({ Bucket: 'of-other' }))
  const open = {
    Effect: 'Allow',
    Principal: { AWS: mainAccount.id },
    Action: 's3:ListBucket',
    Resource: 'arn:aws:s3:::of-other',
  }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: open })
  await theirs.send(new PutBucketPolicyCommand({ Bucket: 'of-other', Policy }))
  return () => server[Symbol.asyncDispose]()
})

/** What comes of listing buckets, making one, and looking into those of either account. */
async function outcomes(credentials: Credentials, Bucket: string): Promise<readonly string[]> {
  const s3 = s3Client(server, { credentials })
  const doing = [
    s3.send(new ListBucketsCommand()),
    s3.send(new CreateBucketCommand({ Bucket })),
    s3.send(new ListObjectsV2Command({ Bucket: 'of-main' })),
    s3.send(new ListObjectsV2Command({ Bucket: 'of-other' })),
  ]
  const name = (error: Error): string => error.name
  return Promise.all(doing.map((one: Promise<unknown>) => one.then(() => 'done', name)))
}

it.each<[what: string, condition: object, outcomes: readonly string[]]>([
  [
    'without a denial',
    { StringEquals: { 'aws:ResourceAccount': '999999999999' } },
    ['done', 'done', 'done', 'done'],
  ],
  [
    'with a denial of all other accounts',
    { StringNotEquals: { 'aws:ResourceAccount': mainAccount.id } },
    ['done', 'done', 'done', 'AccessDenied'],
  ],
  [
    'with a denial of all but the own account, by a variable',
    { StringNotEquals: { 'aws:ResourceAccount': '${aws:PrincipalAccount}' } },
    ['done', 'done', 'done', 'AccessDenied'],
  ],
  [
    'with a denial of the own account',
    { StringEquals: { 'aws:ResourceAccount': mainAccount.id } },
    ['AccessDenied', 'AccessDenied', 'AccessDenied', 'done'],
  ],
  [
    'with a denial of another account',
    { StringEquals: { 'aws:ResourceAccount': otherAccount.id } },
    ['done', 'done', 'done', 'AccessDenied'],
  ],
])('%s', async (what, condition, expected) => {
  const name = what.replaceAll(/[^a-z]+/g, '-')
  const credentials = await makeUser(server, name, everything, denying(condition))
  expect(await outcomes(credentials, `new-${name}`.slice(0, 60))).toEqual(expected)
})
