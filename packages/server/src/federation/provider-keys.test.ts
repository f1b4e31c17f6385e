import { beforeEach, expect, it } from 'vitest'
import { ProviderFailure } from './provider-documents.ts'
import { PaperProvider, unreachable } from './paper-provider.suite.ts'

const MINUTE = 60_000
const INVALID = 'InvalidIdentityToken'
const UNREACHABLE = 'IDPCommunicationError'

let provider: PaperProvider
beforeEach(async () => {
  provider = new PaperProvider()
  await provider.addKey('one')
})

const goodToken = () => provider.token('one')
/** Both documents. */
const readings = () => provider.reads.length / 2

it('reads a provider once for many tokens, at the same time and after each other', async () => {
  const token = await goodToken()
  expect(await Promise.all(Array.from({ length: 100 }, () => provider.refusal(token)))).toEqual(
    Array(100).fill('none'),
  )
  expect(await provider.refusal(token)).toBe('none')
  expect(readings()).toBe(1)
  expect(provider.reads).toEqual(['/.well-known/openid-configuration', '/jwks'])
})

it('reads it again after five minutes, so that a key that was taken back counts no longer', async () => {
  const token = await goodToken()
  await provider.refusal(token)
  provider.keys = []
  provider.clock.advance(5 * MINUTE - 1)
  expect(await provider.refusal(token)).toBe('none')
  provider.clock.advance(1)
  expect(await provider.refusal(token)).toBe(INVALID)
  expect(readings()).toBe(2)
})

it('knows a new key at once', async () => {
  await provider.refusal(goodToken())
  provider.clock.advance(MINUTE)
  await provider.addKey('two')
  expect(await provider.refusal(provider.token('two'))).toBe('none')
  expect(readings()).toBe(2)
})

it('reads it every five seconds at the most, whatever keys are made up, and refuses no good token', async () => {
  await provider.refusal(goodToken())
  const forged = await Promise.all(
    Array.from({ length: 50 }, (_, index) => provider.token('one', {}, { kid: `forged-${index}` })),
  )
  const refusals = Promise.all(forged.map((token) => provider.refusal(token)))
  await provider.addKey('two')
  const good = provider.refusal(provider.token('two'))
  expect(await provider.refusal(goodToken())).toBe('none')
  expect(readings()).toBe(1)
  provider.clock.advance(4999)
  expect(await provider.refusal(goodToken())).toBe('none')
  expect(readings()).toBe(1)
  provider.clock.advance(1)
  expect(await good).toBe('none')
  expect(await refusals).toEqual(Array(50).fill(INVALID))
  expect(readings()).toBe(2)
})

it('lets only so many wait for keys that nobody has heard of', async () => {
  await provider.refusal(goodToken())
  const token = await provider.token('one', {}, { kid: 'forged' })
  const waiting = Array.from({ length: 64 }, () => provider.refusal(token))
  expect(await provider.refusal(token)).toBe(UNREACHABLE)
  expect(await provider.refusal(goodToken())).toBe('none')
  provider.clock.advance(5000)
  expect(await Promise.all(waiting)).toEqual(Array(64).fill(INVALID))
})

it('reads anew where a reading had begun before the token came, which may miss its key', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  provider.gate = promise
  const first = provider.refusal(goodToken())
  await expect.poll(() => provider.reads.length).toBe(1)
  provider.gate = Promise.resolve()
  resolve()
  await expect.poll(() => provider.reads.length).toBe(2)
  await provider.addKey('two')
  const second = provider.refusal(provider.token('two'))
  expect(await first).toBe('none')
  await expect.poll(() => (provider.clock.advance(1000), readings()), { interval: 1 }).toBe(2)
  expect(await second).toBe('none')
})

it('goes on with the keys it knows while the provider is unreachable, and asks it again now and then', async () => {
  const token = await provider.token('one', { exp: provider.nowSeconds + 86_400 })
  await provider.refusal(token)
  provider.failure = unreachable
  provider.clock.advance(60 * MINUTE)
  for (let count = 0; count < 10; count++) expect(await provider.refusal(token)).toBe('none')
  expect(provider.reads).toHaveLength(3)
  await provider.addKey('two')
  const newer = await provider.token('two')
  expect(await provider.refusal(newer)).toBe(UNREACHABLE)
  expect(provider.reads).toHaveLength(3)
  provider.failure = undefined
  provider.clock.advance(5000)
  expect(await provider.refusal(newer)).toBe('none')
})

it('refuses with IDPCommunicationError where no key is known, at once after a failure', async () => {
  provider.failure = unreachable
  const token = await goodToken()
  for (let count = 0; count < 3; count++) expect(await provider.refusal(token)).toBe(UNREACHABLE)
  expect(provider.reads).toHaveLength(1)
  provider.failure = undefined
  expect(await provider.refusal(token)).toBe(UNREACHABLE)
  provider.clock.advance(5000)
  expect(await provider.refusal(token)).toBe('none')
})

it('refuses with InvalidIdentityToken what a provider publishes that is of no use', async () => {
  provider.failure = new ProviderFailure('unusable', 'it answered 404')
  expect(await provider.refusal(goodToken())).toBe(INVALID)
})

it('keeps keys apart that were read by other certificates', async () => {
  const token = await goodToken()
  expect(await provider.refusal(token, { thumbprints: ['a'.repeat(40)] })).toBe('none')
  provider.failure = unreachable
  expect(await provider.refusal(token, { thumbprints: ['b'.repeat(40)] })).toBe(UNREACHABLE)
  expect(await provider.refusal(token)).toBe(UNREACHABLE)
})

it('does not wait for a clock that was set back', async () => {
  await provider.refusal(goodToken())
  provider.clock.set(new Date(provider.clock.now().getTime() - 24 * 60 * MINUTE))
  await provider.addKey('two')
  expect(await provider.refusal(provider.token('two'))).toBe('none')
})
