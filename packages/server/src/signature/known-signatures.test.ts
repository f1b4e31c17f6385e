import { describe, expect, it } from 'vitest'
import { mainCredentials } from '../../../../tests/support/accounts.ts'
import { presignQuery } from '../../../../tests/support/signature-v4.ts'
import type { RequestHead } from '../base/request-head.ts'
import { parseCredential } from './credential-scope.ts'
import { KnownSignatures } from './known-signatures.ts'
import { SigningKey, SigningKeyCache } from './signing-key.ts'
import { verifySignature } from './verify-signature.ts'

const endpoint = { region: 'us-east-1', services: ['s3'] }
const scope = parseCredential('AKID/20130524/us-east-1/s3/aws4_request', 'header', endpoint)

describe('known signatures', () => {
  it('are made once for each start and key', () => {
    const known = new KnownSignatures()
    const [key, other] = [new SigningKey('secret', scope), new SigningKey('another', scope)]
    let made = 0
    const signatureOf = (start: string, by: SigningKey): string => known.of(start, by, () => `${++made}`)
    expect(signatureOf('GET\n/a\n', key)).toBe('1')
    expect(signatureOf('GET\n/a\n', key)).toBe('1')
    expect(signatureOf('GET\n/b\n', key)).toBe('2')
    expect(signatureOf('GET\n/a\n', other)).toBe('3')
    expect(signatureOf('GET\n/a\n', key)).toBe('4')
    expect(signatureOf('GET\n/b\n', key)).toBe('2')
  })

  it('need no more memory the more there are', () => {
    const known = new KnownSignatures()
    const key = new SigningKey('secret', scope)
    let made = 0
    const sign = (): string => `${++made}`
    for (let index = 0; index < 10_000; index++) known.of(`GET\n/${index}\n`, key, sign)
    known.of('GET\n/9999\n', key, sign)
    expect(made).toBe(10_000)
    known.of('GET\n/0\n', key, sign)
    expect(made).toBe(10_001)
  })
})

describe('a presigned URL that was used before', () => {
  const now = new Date()
  let secretAccessKey = mainCredentials.secretAccessKey
  const options = {
    region: 'us-east-1',
    now,
    keys: new SigningKeyCache(),
    findCredential: () => ({ ...mainCredentials, secretAccessKey }),
  }
  const head = (method: string, path: string, seconds = 3600): RequestHead => {
    const headers = { host: '127.0.0.1:9000' }
    const request = { method, path, query: '', headers, credentials: mainCredentials, date: now }
    return { method, path, headers, query: presignQuery(request, seconds) }
  }
  const MISMATCH = { code: 'SignatureDoesNotMatch' }
  const verified = async (request: RequestHead, at = now) => verifySignature(request, { ...options, now: at })
  /** So that all are known: from the second on of those that were presigned together. */
  const used = async (request: RequestHead): Promise<RequestHead> => {
    for (let time = 0; time < 3; time++) await verified(request)
    return request
  }

  it('holds again', async () => {
    for (const method of ['GET', 'HEAD', 'PUT']) {
      expect(await verified(await used(head(method, '/bucket/key')))).toMatchObject({ kind: 'signed' })
    }
  })

  it('is no other method’s, path’s, host’s or signature’s', async () => {
    const request = await used(head('GET', '/bucket/key'))
    const flipped = request.query.endsWith('0') ? '1' : '0'
    for (const other of [
      { ...request, method: 'HEAD' },
      { ...request, method: 'DELETE' },
      { ...request, path: '/bucket/kex' },
      { ...request, headers: { host: 'elsewhere' } },
      { ...request, query: request.query.slice(0, -1) + flipped },
      { ...request, query: head('GET', '/bucket/other').query },
      { ...request, query: request.query.replace('X-Amz-Expires=3600', 'X-Amz-Expires=7200') },
      { ...request, headers: { ...request.headers, 'x-amz-content-sha256': 'e3b0c442'.repeat(8) } },
    ]) {
      await expect(verified(other)).rejects.toMatchObject(MISMATCH)
      await expect(verified(other)).rejects.toMatchObject(MISMATCH)
    }
    expect(await verified(request)).toMatchObject({ kind: 'signed' })
  })

  it('ends in time, and with its secret', async () => {
    const request = await used(head('GET', '/bucket/key', 60))
    await expect(verified(request, new Date(now.getTime() + 61_000))).rejects.toMatchObject({
      code: 'AccessDenied',
      message: 'Request has expired',
    })
    secretAccessKey = 'another'
    await expect(verified(request)).rejects.toMatchObject(MISMATCH)
    await expect(verified(request)).rejects.toMatchObject(MISMATCH)
    secretAccessKey = mainCredentials.secretAccessKey
    expect(await verified(request)).toMatchObject({ kind: 'signed' })
  })
})
