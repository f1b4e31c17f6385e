import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { exportSPKI, importJWK } from 'jose'
import { beforeEach, describe, expect, it } from 'vitest'
import { CLIENT, PaperProvider } from './paper-provider.suite.ts'
import { readIdentityToken } from './identity-token.ts'

let provider: PaperProvider
beforeEach(async () => {
  provider = new PaperProvider()
  await provider.addKey('one')
})

const INVALID = 'InvalidIdentityToken'

describe('a token', () => {
  it.each(['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'])('may be signed with %s', async (alg) => {
    await provider.addKey(alg, alg)
    const verified = await provider.verify(await provider.token(alg, {}, { alg }))
    expect(verified).toEqual({
      subject: 'repo:a/b',
      client: CLIENT,
      audiences: [CLIENT],
      methods: [],
      email: undefined,
      tags: [],
      transitiveTagKeys: [],
      sourceIdentity: undefined,
      roles: undefined,
      ofProvider: {},
    })
  })

  it.each(['PS256', 'EdDSA', 'Ed25519'])('may not be signed with %s', async (alg) => {
    await provider.addKey(alg, alg)
    expect(await provider.refusal(provider.token(alg, {}, { alg }))).toBe(INVALID)
  })

  it('may not be unsigned, nor signed with the public key as if it were a secret', async () => {
    const jwk = await provider.addKey('rsa', 'RS256')
    const [, payload = ''] = (await provider.token('one')).split('.')
    const header = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const unsigned = header({ alg: 'none' })
    for (const token of [`${unsigned}.${payload}.`, `${unsigned}.${payload}.AA`]) {
      expect(await provider.refusal(token)).toBe(INVALID)
    }
    const key = await importJWK(jwk, 'RS256', { extractable: true })
    if (key instanceof Uint8Array) throw new Error('no public key')
    for (const secret of [await exportSPKI(key), JSON.stringify(jwk), String(jwk.n)]) {
      const signed = `${header({ alg: 'HS256', kid: 'rsa' })}.${payload}`
      const mac = createHmac('sha256', secret).update(signed).digest('base64url')
      expect(await provider.refusal(`${signed}.${mac}`)).toBe(INVALID)
    }
    expect(provider.reads).toEqual([])
  })

  it('is of its very bytes', async () => {
    const token = await provider.token('one')
    const [header, , signature] = token.split('.')
    const [, other] = (await provider.token('one', { sub: 'repo:c/d' })).split('.')
    expect(await provider.refusal(`${header}.${other}.${signature}`)).toBe(INVALID)
    expect(await provider.refusal(`${token}A`)).toBe(INVALID)
    expect(await provider.refusal(token.slice(0, -4))).toBe(INVALID)
  })

  it.each([
    '',
    'abc',
    'a.b',
    'a.b.c',
    'a.b.c.d.e',
    `${'A'.repeat(19_990)}.A.A`,
    'bnVsbA.bnVsbA.AA',
    'eyJhbGciOiJFUzI1NiJ9.bnVsbA.AA',
    'eyJhbGciOiJFUzI1NiJ9.e30.AA',
    'eyJhbGciOiJFUzI1NiIsImtpZCI6e319.eyJpc3MiOiJodHRwczovL2EifQ.AA',
  ])('%.40s is none', (text) => {
    expect(() => readIdentityToken(text)).toThrow(expect.objectContaining({ code: INVALID }))
  })

  it('asks for no extension', async () => {
    for (const header of [
      { crit: ['strange'], strange: 1 },
      { crit: ['b64'], b64: true },
    ]) {
      expect(await provider.refusal(provider.token('one', {}, header))).toBe(INVALID)
    }
  })

  it('says each claim once', async () => {
    const [header] = (await provider.token('one')).split('.')
    const twice = Buffer.from('{"iss":"https://ci.example.com","iss":"https://evil.example.com"}').toString(
      'base64url',
    )
    expect(await provider.refusal(`${header}.${twice}.AA`)).toBe(INVALID)
  })
})

it('that was tampered with anywhere, or is no token at all, gets an answer of STS', async () => {
  const good = await provider.token('one', { exp: provider.nowSeconds + 1_000_000 })
  const length = good.lastIndexOf('.')
  const unit = fc.constantFrom('A', 'B', 'f', 'g', 'x', '0', '7', '-', '_', '.')
  const tampered = fc
    .tuple(fc.nat(length - 1), fc.string({ unit, maxLength: 3 }))
    .map(([at, other]) => `${good.slice(0, at)}${other}${good.slice(at + 1)}`)
    .filter((text) => text !== good)
  const codes = ['InvalidIdentityToken', 'ExpiredTokenException', 'IDPRejectedClaim']
  const property = fc.asyncProperty(fc.oneof(tampered, fc.string({ unit: 'binary' })), async (text) => {
    // Another key is looked for at once.
    provider.clock.advance(5000)
    expect(codes).toContain(await provider.refusal(text))
  })
  await fc.assert(property, { numRuns: 500 })
})

describe('time', () => {
  const seconds = (count: number) => provider.nowSeconds + count
  it('ends a token', async () => {
    const token = await provider.token('one', { exp: seconds(10) })
    provider.clock.advance(9999)
    expect(await provider.refusal(token)).toBe('none')
    provider.clock.advance(1)
    expect(await provider.refusal(token)).toBe('ExpiredTokenException')
  })

  it('may differ a little at its beginning', async () => {
    expect(await provider.refusal(provider.token('one', { iat: seconds(300), nbf: seconds(300) }))).toBe(
      'none',
    )
    expect(await provider.refusal(provider.token('one', { iat: seconds(301) }))).toBe('IDPRejectedClaim')
    expect(await provider.refusal(provider.token('one', { nbf: seconds(301) }))).toBe('IDPRejectedClaim')
  })
})

describe('claims', () => {
  it.each([
    { sub: undefined },
    { sub: '' },
    { sub: 'x'.repeat(256) },
    { sub: { a: 'b' } },
    { aud: undefined },
    { aud: [] },
    { aud: 'other' },
    { aud: `${CLIENT}/` },
    { aud: CLIENT.toUpperCase() },
    { aud: { [CLIENT]: true } },
    { aud: [CLIENT, 'other'] },
    { aud: [[CLIENT]] },
    { azp: 'other' },
    { azp: [CLIENT] },
    { exp: undefined },
    { exp: '9999999999' },
    { iat: undefined },
    { nbf: {} },
    { amr: { a: 1 } },
    { amr: Array.from({ length: 11 }, String) },
    { iss: 'https://ci.example.com/' },
    { iss: 'https://CI.example.com' },
    { iss: 'https://evil.example.com' },
    { 'https://aws.amazon.com/roles': [{}] },
  ])('%j is refused', async (claims) => {
    expect(await provider.refusal(provider.token('one', claims))).toBe(INVALID)
  })

  it('name the client by azp, and where there is none by the only aud', async () => {
    const verified = await provider.verify(
      await provider.token('one', { aud: ['a', 'b'], azp: CLIENT, amr: ['pwd'] }),
    )
    expect(verified).toMatchObject({ client: CLIENT, audiences: ['a', 'b'], methods: ['pwd'] })
    expect(await provider.verify(await provider.token('one', { aud: [CLIENT] }))).toMatchObject({
      client: CLIENT,
    })
  })

  it('bring tags in both forms, a source identity and roles', async () => {
    const claims = {
      'https://aws.amazon.com/tags': {
        principal_tags: { team: ['a'], __proto__x: ['b'] },
        transitive_tag_keys: ['team'],
      },
      'https://aws.amazon.com/tags/principal_tags/Cost Center': '7',
      'https://aws.amazon.com/tags/transitive_tag_keys': ['Cost Center'],
      'https://aws.amazon.com/source_identity': 'ann',
      'https://aws.amazon.com/roles': 'arn:aws:iam::100000000001:role/r',
    }
    expect(await provider.verify(await provider.token('one', claims))).toMatchObject({
      tags: [
        { Key: 'team', Value: 'a' },
        { Key: '__proto__x', Value: 'b' },
        { Key: 'Cost Center', Value: '7' },
      ],
      transitiveTagKeys: ['team', 'Cost Center'],
      sourceIdentity: 'ann',
      roles: ['arn:aws:iam::100000000001:role/r'],
    })
  })

  it.each([
    { 'https://aws.amazon.com/tags': ['a'] },
    { 'https://aws.amazon.com/tags': { principal_tags: [] } },
    { 'https://aws.amazon.com/tags': { principal_tags: { a: { b: 'c' } } } },
    { 'https://aws.amazon.com/tags': { principal_tags: { a: ['b', 'c'] } } },
    { 'https://aws.amazon.com/tags': { principal_tags: { a: [] } } },
    { 'https://aws.amazon.com/tags': { principal_tags: { '': ['b'] } } },
    { 'https://aws.amazon.com/tags': { principal_tags: { a: ['x'.repeat(257)] } } },
    { 'https://aws.amazon.com/tags': { principal_tags: {}, transitive_tag_keys: { a: 1 } } },
    { 'https://aws.amazon.com/source_identity': 'a b' },
    { 'https://aws.amazon.com/source_identity': { a: 1 } },
  ])('%j is rejected', async (claims) => {
    expect(await provider.refusal(provider.token('one', claims))).toBe('IDPRejectedClaim')
  })
})

describe('keys', () => {
  it('are of the provider alone', async () => {
    const other = new PaperProvider()
    await other.addKey('one')
    expect(await provider.refusal(other.token('one'))).toBe(INVALID)
  })

  it('need no name where there is one alone', async () => {
    const token = await provider.token('one', {}, { kid: undefined })
    expect(await provider.refusal(token)).toBe('none')
    await provider.addKey('two')
    provider.clock.advance(3_600_000)
    const again = await provider.token('one', {}, { kid: undefined })
    const refusal = provider.refusal(again)
    await expect.poll(() => provider.reads.length).toBe(4)
    expect(await refusal).toBe(INVALID)
  })

  it.each([{ use: 'enc' }, { key_ops: ['encrypt'] }, { kty: 'oct', k: 'AAAA' }, { crv: 'P-384' }])(
    'that are for something else do not count: %j',
    async (others) => {
      await provider.addKey('other', 'ES256', others)
      expect(await provider.refusal(provider.token('other'))).toBe(INVALID)
    },
  )

  it('of RSA have 2,048 bits', async () => {
    const jwk = await provider.addKey('short', 'RS256')
    provider.keys = [{ ...jwk, n: jwk.n?.slice(0, 170) }]
    expect(await provider.refusal(provider.token('short', {}, { alg: 'RS256' }))).toBe(INVALID)
  })

  it('are a hundred of each type, or none of that type count', async () => {
    const rsa = await provider.addKey('rsa', 'RS256')
    const token = await provider.token('rsa', {}, { alg: 'RS256' })
    const copies = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ ...rsa, kid: `k${index}` }))
    provider.keys.push(...copies(99))
    expect(await provider.refusal(token)).toBe('none')
    provider.keys.push(...copies(1))
    provider.clock.advance(3_600_000)
    const later = await provider.token('rsa', {}, { alg: 'RS256' })
    expect(await provider.refusal(later)).toBe(INVALID)
    expect(await provider.refusal(provider.token('one'))).toBe('none')
  })

  it('of a document of another issuer do not count', async () => {
    for (const issuer of ['https://evil.example.com', 'https://ci.example.com/', '']) {
      const other = new PaperProvider()
      await other.addKey('one')
      other.issuer = issuer
      expect(await other.refusal(other.token('one'))).toBe(INVALID)
    }
  })
})
