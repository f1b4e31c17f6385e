import { describe, expect, it } from 'vitest'
import { mainCredentials } from '../../../../tests/support/accounts.ts'
import { awkwardKeys } from '../../../../tests/support/awkward-keys.ts'
import { encodePath, encodeQueryText, signRequest } from './sign-request.ts'
import { SigningKeyCache } from './signing-key.ts'
import { verifySignature } from './verify-signature.ts'

const now = new Date('2026-11-28T10:00:00.123Z')

async function verified(path: string, query: string, more: Readonly<Record<string, string>> = {}) {
  const head = { method: 'GET', path, query, headers: { host: 'source:9000', ...more } }
  const keys = new SigningKeyCache()
  const headers = signRequest(head, mainCredentials, { region: 'eu-north-1', now, keys })
  const options = { region: 'eu-north-1', now, keys, findCredential: () => mainCredentials }
  return { headers, answer: await verifySignature({ ...head, headers }, options) }
}

describe('a signed request', () => {
  it.each([...awkwardKeys])('is verified with the key %j', async (key) => {
    const { answer } = await verified(
      encodePath(`/bucket/${key}`),
      `prefix=${encodeQueryText(key)}&versions=`,
    )
    expect(answer).toMatchObject({ kind: 'signed', version: 4, accessKeyId: mainCredentials.accessKeyId })
  })

  it('covers the headers of S3, and carries the token of a session', async () => {
    const { headers } = await verified('/', '', { 'x-amz-checksum-mode': 'ENABLED', 'user-agent': 'x' })
    expect(headers['authorization']).toContain(
      'SignedHeaders=host;x-amz-checksum-mode;x-amz-content-sha256;x-amz-date,',
    )
    const head = { method: 'GET', path: '/', query: '', headers: { host: 'source' } }
    const signer = { ...mainCredentials, sessionToken: 'token' }
    const signed = signRequest(head, signer, { region: 'r', now, keys: new SigningKeyCache() })
    expect(signed).toMatchObject({ 'x-amz-security-token': 'token' })
    expect(signed['authorization']).toContain('x-amz-security-token')
    expect(signed['authorization']).not.toContain(mainCredentials.secretAccessKey)
  })
})
