import { GetBucketVersioningCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { otherAccount, otherCredentials } from '../../support/accounts.ts'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import { putVersioning } from '../../support/versioning.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { VersionRoom } from './version-room.ts'

let room: VersionRoom
beforeAll(async () => {
  room = await VersionRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const configuration = (inner: string): string =>
  `<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner}</VersioningConfiguration>`
const status = async (): Promise<string> =>
  (await room.send({ path: `/${room.bucket}`, query: 'versioning=' })).text

it.each(['Enabled', 'Suspended', 'Enabled'])('sets %s, and nothing but that', async (wanted) => {
  const answer = await putVersioning(room.server, room.bucket, configuration(`<Status>${wanted}</Status>`))
  expectSuccess(answer)
  expect(answer.body).toHaveLength(0)
  expect(await status()).toContain(`<Status>${wanted}</Status>`)
})

it('takes a document without a namespace, and an MFA delete that is disabled', async () => {
  const body =
    '<VersioningConfiguration><MfaDelete>Disabled</MfaDelete><Status>Enabled</Status></VersioningConfiguration>'
  expectSuccess(await putVersioning(room.server, room.bucket, body))
})

it('goes through the SDK', async () => {
  const Bucket = room.bucket
  const VersioningConfiguration = { Status: 'Suspended' } as const
  await room.client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
  expect((await room.client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Suspended')
})

describe('refuses', () => {
  it.each([
    ['no status', '', 'IllegalVersioningConfigurationException'],
    ['an empty status', '<Status></Status>', 'MalformedXML'],
    ['another status', '<Status>Disabled</Status>', 'MalformedXML'],
    ['a status in other letters', '<Status>enabled</Status>', 'MalformedXML'],
  ])('%s', async (_, inner, code) => {
    const before = await status()
    expectError(await putVersioning(room.server, room.bucket, configuration(inner)), 400, code)
    expect(await status()).toBe(before)
  })

  it.each(['<Versioning/>', '<VersioningConfiguration>', 'Enabled'])('%j', async (body) => {
    expectError(await putVersioning(room.server, room.bucket, body), 400, 'MalformedXML')
  })

  it('no document at all', async () => {
    expectError(await putVersioning(room.server, room.bucket, ''), 400, 'MissingRequestBodyError')
  })

  it('a document of another digest, but not one without', async () => {
    const request = {
      method: 'PUT',
      path: `/${room.bucket}`,
      query: 'versioning=',
      body: configuration('<Status>Enabled</Status>'),
      headers: { 'content-md5': referenceChecksum('MD5', 'other') },
    }
    expectError(await room.send(request), 400, 'BadDigest')
    expectSuccess(await room.send({ ...request, headers: {} }))
  })

  it('MFA delete without the code of a device', async () => {
    const inner = '<MfaDelete>Enabled</MfaDelete><Status>Enabled</Status>'
    expectError(await putVersioning(room.server, room.bucket, configuration(inner)), 403, 'AccessDenied')
  })

  it('others, and buckets that are not there', async () => {
    const body = configuration('<Status>Enabled</Status>')
    const headers = { 'content-md5': referenceChecksum('MD5', body) }
    const request = { method: 'PUT', path: `/${room.bucket}`, query: 'versioning=', body, headers }
    expectError(await room.send({ ...request, credentials: otherCredentials }), 403, 'AccessDenied')
    expectError(await room.send({ ...request, anonymous: true }), 403, 'AccessDenied')
    expectError(await room.send({ ...request, path: '/no-such-bucket' }), 404, 'NoSuchBucket')
    const expecting = { ...headers, 'x-amz-expected-bucket-owner': otherAccount.id }
    expectError(await room.send({ ...request, headers: expecting }), 403, 'AccessDenied')
  })
})
