import { type RawAnswer, xmlTexts } from '../../../support/raw-request.ts'
import { versionOf } from '../../../support/versioning.ts'
import {
  type AccessRoom,
  EVERYBODY,
  GROUPS,
  owner,
  policyDocument,
  third,
  VERSIONED,
  type Who,
  writer,
} from '../access-room.ts'
import type { AclChoice, Grantee, Situation, Statement } from './situations.ts'

/** A bucket that was made for a situation. Requests that change an object have one of their own for each who asks. */
export interface Prepared {
  readonly situation: Situation
  readonly bucket: string
  readonly policy: string
  /** Of `main`. */
  readonly versionId: string
  /** Of `version-<who>`. */
  readonly versionIds: Readonly<Record<Who, string>>
  /** Begun by the writer: one that stays, and one for each who aborts it. */
  readonly uploadId: string
  readonly uploadIds: Readonly<Record<Who, string>>
}

/** What is granted that opens nothing to anybody but its owner, so that a request may put some policy back. */
const HARMLESS: Statement = { effect: 'Allow', who: ['owner'], actions: ['GetObject'], withBucket: false }

export async function prepare(room: AccessRoom, situation: Situation): Promise<Prepared> {
  const { ownership, uploader, objectAcl, policy } = situation
  const first = ownership === 'BucketOwnerEnforced' ? 'ObjectWriter' : ownership
  const open = { 'x-amz-object-ownership': first, 'x-amz-acl': 'public-read-write' }
  const bucket = await room.bucket(open)
  await room.set(bucket, 'versioning', VERSIONED)
  const put = async (key: string): Promise<string> =>
    versionOf(await room.put(bucket, key, aclHeaders(objectAcl), uploader)) ?? 'none'
  const begin = async (key: string): Promise<string> => {
    const begun = await room.must('writer', 'POST', bucket, key, { query: 'uploads=' })
    return xmlTexts(begun.text, 'UploadId')[0] ?? ''
  }
  const [versionId, versionIds, uploadId, uploadIds] = await Promise.all([
    put('main'),
    forEverybody((who) => put(`version-${who}`)),
    begin('upload'),
    forEverybody((who) => begin(`upload-${who}`)),
    forEverybody((who) => put(`over-${who}`)),
    forEverybody((who) => put(`gone-${who}`)),
  ])
  const text = policyText(bucket, policy.length > 0 ? policy : [HARMLESS])
  await setUp(room, situation, bucket, text)
  return { situation, bucket, policy: text, versionId, versionIds, uploadId, uploadIds }
}

async function setUp(room: AccessRoom, situation: Situation, bucket: string, policy: string): Promise<void> {
  const { ownership, bucketAcl, switches } = situation
  const headers = aclHeaders(bucketAcl)
  await room.must('owner', 'PUT', bucket, undefined, { query: 'acl=', headers })
  if (ownership === 'BucketOwnerEnforced') await room.ownership(bucket, ownership)
  // Last, for it may forbid all else; but where it is public, before what would block it.
  const blocksFirst = !situation.policy.some(({ effect }) => effect === 'Allow')
  const steps = [
    async () => situation.policy.length > 0 && room.set(bucket, 'policy', policy),
    async () => switches.length > 0 && room.block(bucket, ...switches),
  ]
  for (const step of blocksFirst ? steps.toReversed() : steps) await step()
}

async function forEverybody<Value>(make: (who: Who) => Promise<Value>): Promise<Record<Who, Value>> {
  const pairs = await Promise.all(EVERYBODY.map(async (who) => [who, await make(who)] as const))
  return Object.fromEntries(pairs) as Record<Who, Value>
}

const GRANTEES: Readonly<Record<Grantee, string>> = {
  third: `id=${third.canonicalId}`,
  everyone: `uri=${GROUPS.everyone}`,
  authenticated: `uri=${GROUPS.authenticated}`,
}

/** How a request sets an ACL. */
export function aclHeaders(acl: AclChoice): Record<string, string> {
  if ('canned' in acl) return { 'x-amz-acl': acl.canned }
  return { [`x-amz-grant-${acl.permission.toLowerCase().replace('_', '-')}`]: GRANTEES[acl.to] }
}

const ACCOUNTS: Readonly<Record<Exclude<Who, 'anonymous'>, string>> = {
  owner: owner.id,
  writer: writer.id,
  third: third.id,
}
const CONDITIONS = {
  near: { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } },
  secure: { Bool: { 'aws:SecureTransport': 'true' } },
}

function policyText(bucket: string, statements: readonly Statement[]): string {
  const accounts = (names: readonly Who[]) => ({
    AWS: names.flatMap((who) => (who === 'anonymous' ? [] : ACCOUNTS[who])),
  })
  const written = statements.map(({ effect, who, actions, withBucket, condition }) => ({
    Effect: effect,
    ...(who === 'everyone'
      ? { Principal: '*' }
      : 'not' in who
        ? { NotPrincipal: accounts(who.not) }
        : { Principal: accounts(who) }),
    Action: actions.map((action) => `s3:${action}`),
    ...(!withBucket && { Resource: `arn:aws:s3:::${bucket}/*` }),
    ...(condition && { Condition: CONDITIONS[condition] }),
  }))
  return policyDocument(bucket, written)
}

/** The answer in the reference's words. */
export function outcomeOf({ status, errorCode }: RawAnswer): string {
  if (status === 403 && (errorCode === undefined || errorCode === 'AccessDenied')) return '403'
  if (status === 405 && errorCode === 'MethodNotAllowed') return '405'
  if (status === 404 && (errorCode === undefined || errorCode === 'NoSuchKey')) return '404'
  if (status === 400 && errorCode === 'AccessControlListNotSupported') return '400'
  // A setting that a bucket does not have is told to those who may ask for it.
  const isAnswered = status < 300 || (status === 404 && errorCode?.startsWith('NoSuch'))
  return isAnswered ? 'allowed' : `${status} ${errorCode}`
}
