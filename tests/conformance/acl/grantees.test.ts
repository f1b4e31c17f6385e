import type { StartServerOptions } from 'holdfast'
import { describe, expect, it } from 'vitest'
import {
  AccessRoom,
  aclDocument,
  byEmail,
  grantElement,
  owner,
  shownGrants,
  writer,
} from '../access/access-room.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'

// Source: S3 API Reference, PutObjectAcl: "Using email addresses to specify a grantee is only supported in …".
const REGIONS = [
  'us-east-1',
  'us-west-1',
  'us-west-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-northeast-1',
  'eu-west-1',
  'sa-east-1',
]

/** Puts an ACL with a grantee named by e-mail on an object, in a header and in a document. */
async function grantBy(address: string, options: StartServerOptions) {
  const room = await AccessRoom.open(options)
  const { region } = room.server
  const name = 'the-bucket'
  const configuration = `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`
  const body = region === 'us-east-1' ? '' : configuration
  await room.must('owner', 'PUT', name, undefined, { region, body })
  await room.must('owner', 'PUT', name, 'key', { region, body: 'x' })
  const document = aclDocument(owner.canonicalId, grantElement(byEmail(address), 'READ'))
  const headers = { 'x-amz-grant-read': `emailAddress=${address}` }
  const byDocument = await room.ask('owner', 'PUT', name, 'key', { region, query: 'acl=', body: document })
  const byHeader = await room.ask('owner', 'PUT', name, 'key', { region, query: 'acl=', headers })
  const shown = shownGrants(await room.must('owner', 'GET', name, 'key', { region, query: 'acl=' })).grants
  await room[Symbol.asyncDispose]()
  return { answers: [byDocument, byHeader], shown }
}

describe('e-mail addresses', () => {
  it.each(REGIONS)('name grantees in %s, who are shown by their id', async (region) => {
    const { answers, shown } = await grantBy(writer.email, { region })
    for (const answer of answers) expectSuccess(answer)
    expect(shown).toEqual([`READ ${writer.canonicalId}`])
  })

  it.each(['us-east-2', 'eu-central-1', 'af-south-1'])('name nobody in %s', async (region) => {
    const { answers, shown } = await grantBy(writer.email, { region })
    for (const answer of answers) expectError(answer, 400, 'UnresolvableGrantByEmailAddress')
    expect(shown).toEqual([`FULL_CONTROL ${owner.canonicalId}`])
  })

  it('are not allowed where the setting says so, as on AWS since October 2025', async () => {
    const { answers } = await grantBy(writer.email, { acl: { emailGrantees: false } })
    for (const answer of answers) expectError(answer, 405, 'MethodNotAllowed')
  })
})

it('display names are left out where the setting says so, as on AWS since November 2025', async () => {
  const room = await AccessRoom.open({ acl: { displayNames: false } })
  const bucket = await room.bucket({ 'x-amz-grant-read': `id=${writer.canonicalId}` })
  await room.put(bucket, 'key')
  const answers = [
    await room.must('owner', 'GET', bucket, undefined, { query: 'acl=' }),
    await room.must('owner', 'GET', bucket, 'key', { query: 'acl=' }),
    await room.must('owner', 'GET', bucket),
  ]
  for (const answer of answers) expect(answer.text).not.toContain('DisplayName')
  await room[Symbol.asyncDispose]()
})

it('a display name that is sent is ignored', async () => {
  const room = await AccessRoom.open()
  const bucket = await room.bucket()
  const shown = await room.must('owner', 'GET', bucket, undefined, { query: 'acl=' })
  const body = shown.text.replaceAll(owner.displayName, 'Somebody Else')
  await room.must('owner', 'PUT', bucket, undefined, { query: 'acl=', body })
  expect((await room.must('owner', 'GET', bucket, undefined, { query: 'acl=' })).text).toBe(shown.text)
  await room[Symbol.asyncDispose]()
})
