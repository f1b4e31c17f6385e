import {
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  type GrantConstraints,
  type GrantOperation,
  type KMSClient,
  ListAliasesCommand,
  ListGrantsCommand,
  ListResourceTagsCommand,
  RevokeGrantCommand,
} from '@aws-sdk/client-kms'
import type { TestServer } from 'holdfast'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { createBucket } from '../../support/buckets.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'

const OTHER = 'arn:aws:iam::100000000002:root'
const Plaintext = Buffer.from('plain')
let server: TestServer
let kms: KMSClient
let KeyId: string
beforeAll(async () => {
  server = await startTestServer()
  kms = kmsClient(server)
  return () => server[Symbol.asyncDispose]()
})
beforeEach(async () => {
  KeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? ''
})

/** Signs and sends any text as the body of an operation; gives the name of the exception and its status. */
async function sendBody(body: string, operation = 'Encrypt'): Promise<unknown> {
  const client = kmsClient(server)
  client.middlewareStack.add(
    (next) => (input) => {
      const { request } = input as { request: { body: string; headers: Record<string, string> } }
      request.body = body
      request.headers['content-length'] = String(Buffer.byteLength(body))
      request.headers['x-amz-target'] = `TrentService.${operation}`
      return next(input)
    },
    { step: 'build', priority: 'low' },
  )
  try {
    await client.send(new EncryptCommand({ KeyId, Plaintext }))
    return 'sent'
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } }
    return [name, $metadata?.httpStatusCode]
  }
}

describe('a body', () => {
  const message = (members: object): string => JSON.stringify({ KeyId, ...members })

  it.each<[string, () => string, string]>([
    ['no base64', () => message({ Plaintext: 'aGV!!sbG8=' }), 'SerializationException'],
    ['base64 without its end', () => message({ Plaintext: 'aGVsbG8' }), 'SerializationException'],
    ['another type', () => message({ Plaintext: 7 }), 'SerializationException'],
    ['nothing to encrypt', () => message({ Plaintext: '' }), 'ValidationException'],
    ['half of JSON', () => message({}).slice(0, -1), 'SerializationException'],
    ['a list', () => '[]', 'SerializationException'],
    [
      'a member given twice',
      () => `{"KeyId":"${KeyId}","Plaintext":"AAAA","KeyId":"x"}`,
      'SerializationException',
    ],
    [
      'a member of a context given twice, once by escapes',
      () => `{"KeyId":"${KeyId}","Plaintext":"AAAA","EncryptionContext":{"a":"1","\\u0061":"2"}}`,
      'SerializationException',
    ],
    [
      'an algorithm that is no text',
      () => message({ Plaintext: 'AAAA', EncryptionAlgorithm: { toString: 1 } }),
      'SerializationException',
    ],
    ['deep nesting', () => '['.repeat(400_000), 'SerializationException'],
    [
      'deep and well-formed',
      () => `{"KeyId":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
      'SerializationException',
    ],
    ['a prototype', () => `{"__proto__":{"KeyId":"${KeyId}"},"Plaintext":"AAAA"}`, 'ValidationException'],
    [
      'a context that is too long',
      () => message({ Plaintext: 'AAAA', EncryptionContext: { a: 'x'.repeat(8192) } }),
      'ValidationException',
    ],
  ])('of %s', async (_what, body, name) => {
    expect(await sendBody(body())).toEqual([name, 400])
  })

  it('that is too large is refused in JSON', async () => {
    const body = JSON.stringify({ KeyId, Plaintext: 'A'.repeat(1_100_000) })
    expect(await sendBody(body)).toEqual(['RequestEntityTooLargeException', 413])
  })

  it('of an unknown operation is refused, and its name does not fill the metrics', async () => {
    expect(await sendBody('{}', 'MadeUp')).toEqual(['UnknownOperationException', 400])
    const request = { method: 'POST', path: '/', body: '{}', anonymous: true }
    await rawRequest(server, { ...request, headers: { 'x-amz-target': 'TrentService.ByAnybody' } })
    const { text } = await rawRequest(server, { path: '/-/metrics', anonymous: true })
    expect(text).toContain('operation="CreateKey"')
    expect(text).not.toMatch(/MadeUp|ByAnybody/)
  })
})

it('a target is nothing to S3, wherever S3 has something', async () => {
  await createBucket(server, 'targets')
  const headers = { 'x-amz-target': 'TrentService.ListKeys' }
  const put = await rawRequest(server, { method: 'PUT', path: '/targets/key', headers, body: 'content' })
  expect([put.status, put.errorCode]).toEqual([200, undefined])
  expect((await rawRequest(server, { path: '/targets/key', headers })).text).toBe('content')
  expect((await rawRequest(server, { path: '/', headers })).text).toContain('<Name>targets</Name>')
})

it.each([{ EncryptionAlgorithm: 'x'.repeat(500_000) }, { KeyId: 'x'.repeat(500_000) }])(
  'an error repeats no more than the beginning of what is too long',
  async (members) => {
    const asked = { KeyId, Plaintext, ...members } as never
    const { message } = await kms.send(new EncryptCommand(asked)).then(
      () => ({ message: 'done' }),
      (error: Error) => error,
    )
    expect(message).toContain(`Value '${'x'.repeat(256)}…' at '`)
    expect(message.length).toBeLessThan(1000)
  },
)

describe('a dry run', () => {
  it('does nothing, and says whether it would have', async () => {
    const wouldDo = { name: 'DryRunOperationException', $metadata: { httpStatusCode: 412 } }
    const DryRun = true
    await expect(kms.send(new EncryptCommand({ KeyId, Plaintext, DryRun }))).rejects.toMatchObject(wouldDo)
    const generate = new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', DryRun })
    await expect(kms.send(generate)).rejects.toMatchObject(wouldDo)
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext }))
    await expect(kms.send(new DecryptCommand({ CiphertextBlob, DryRun }))).rejects.toMatchObject(wouldDo)
    const grant = { KeyId, GranteePrincipal: OTHER, Operations: ['Encrypt' as const] }
    await expect(kms.send(new CreateGrantCommand({ ...grant, DryRun }))).rejects.toMatchObject(wouldDo)
    const { GrantId } = await kms.send(new CreateGrantCommand(grant))
    await expect(kms.send(new RevokeGrantCommand({ KeyId, GrantId, DryRun }))).rejects.toMatchObject(wouldDo)
    expect((await kms.send(new ListGrantsCommand({ KeyId }))).Grants).toHaveLength(1)
  })

  it('takes the permission all the same', async () => {
    const encrypt = new EncryptCommand({ KeyId, Plaintext, DryRun: true })
    await expect(kmsClient(server, otherCredentials).send(encrypt)).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
  })
})

it.each([
  ['Encrypt', { Plaintext: 'AAAA', DryRun: 'yes' }, 'SerializationException'],
  ['GenerateDataKey', { KeySpec: 'AES_256', Recipient: {} }, 'UnsupportedOperationException'],
  ['GenerateRandom', { NumberOfBytes: 1, CustomKeyStoreId: 'cks-1' }, 'UnsupportedOperationException'],
  ['CreateKey', { XksKeyId: 'a' }, 'UnsupportedOperationException'],
  // A constraint that is left out would make a grant of more than was asked for.
  [
    'CreateGrant',
    { GranteePrincipal: OTHER, Operations: ['Encrypt'], Constraints: { SourceArn: 'arn:aws:s3:::b' } },
    'UnsupportedOperationException',
  ],
])('%s of %j: %s', async (operation, members, name) => {
  expect(await sendBody(JSON.stringify({ KeyId, ...members }), operation)).toEqual([name, 400])
})

describe('pages', () => {
  it.each([0, 101])('have no limit of %i where there are 100 at most', async (Limit) => {
    const refused = { name: 'ValidationException' }
    await expect(kms.send(new ListAliasesCommand({ Limit }))).rejects.toMatchObject(refused)
    await expect(kms.send(new ListGrantsCommand({ KeyId, Limit }))).rejects.toMatchObject(refused)
    await expect(kms.send(new ListResourceTagsCommand({ KeyId, Limit }))).rejects.toMatchObject(refused)
  })

  it('do not begin outside of what one may list', async () => {
    for (const Marker of ['AA', '____', 'not a marker', Buffer.alloc(700, 255).toString('base64url')]) {
      const listing = kms.send(new ListAliasesCommand({ Marker }))
      await expect(listing).rejects.toMatchObject({ name: 'InvalidMarkerException' })
    }
    for (const Marker of ['-1', '1.5', 'x', '99999999999999999999']) {
      const listing = kms.send(new ListResourceTagsCommand({ KeyId, Marker }))
      await expect(listing).rejects.toMatchObject({ name: 'InvalidMarkerException' })
    }
  })
})

it('ciphertext under material that the key never had is no ciphertext', async () => {
  const { CiphertextBlob = new Uint8Array() } = await kms.send(new EncryptCommand({ KeyId, Plaintext }))
  const versionAt = 2 + (CiphertextBlob[1] ?? 0)
  for (const version of [0, 2, 0xffff_ffff]) {
    const forged = Buffer.from(CiphertextBlob)
    forged.writeUInt32BE(version, versionAt)
    const opening = kms.send(new DecryptCommand({ CiphertextBlob: forged }))
    await expect(opening).rejects.toMatchObject({ name: 'InvalidCiphertextException' })
  }
})

// Source: AWS KMS Developer Guide, "Grants": a grant to create grants lets create equal and narrower ones.
describe('who may create grants by a grant', () => {
  const red = { team: 'red' }
  const create = (client: KMSClient, Operations: GrantOperation[], Constraints?: GrantConstraints) => {
    const grant = { KeyId, GranteePrincipal: OTHER, Operations, ...(Constraints && { Constraints }) }
    return client.send(new CreateGrantCommand(grant)).then(
      () => true,
      (error: Error) => {
        expect(error.name).toBe('AccessDeniedException')
        return false
      },
    )
  }

  it('gives on what the grant permits, and no more', async () => {
    const other = kmsClient(server, otherCredentials)
    await create(kms, ['CreateGrant', 'Encrypt'])
    expect(await create(other, ['Encrypt'])).toBe(true)
    expect(await create(other, ['Encrypt', 'CreateGrant'])).toBe(true)
    expect(await create(other, ['Decrypt'])).toBe(false)
    expect(await create(other, ['Encrypt', 'Decrypt'])).toBe(false)
  })

  it.each<[string, GrantConstraints, child: GrantConstraints | undefined, boolean]>([
    ['none', { EncryptionContextSubset: red }, undefined, false],
    ['the same', { EncryptionContextSubset: red }, { EncryptionContextSubset: red }, true],
    [
      'a narrower one',
      { EncryptionContextSubset: red },
      { EncryptionContextEquals: { ...red, a: 'b' } },
      true,
    ],
    ['another', { EncryptionContextSubset: red }, { EncryptionContextSubset: { team: 'blue' } }, false],
    ['a wider one', { EncryptionContextEquals: red }, { EncryptionContextSubset: red }, false],
    ['equality', { EncryptionContextEquals: red }, { EncryptionContextEquals: red }, true],
    [
      'other equality',
      { EncryptionContextEquals: red },
      { EncryptionContextEquals: { ...red, a: 'b' } },
      false,
    ],
  ])('keeps its constraint: %s', async (_what, parent, child, allowed) => {
    await create(kms, ['CreateGrant', 'Encrypt'], parent)
    expect(await create(kmsClient(server, otherCredentials), ['Encrypt'], child)).toBe(allowed)
  })
})
