import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { systemRandom } from '../../../base/random.ts'
import { specNamed } from '../key-specs.ts'
import { newSecret } from './key-secrets.ts'

/** More than node has threads for. */
const PAIRS = 5

it('making many pairs of RSA leaves threads for files', async () => {
  const making = Array.from({ length: PAIRS }, () => newSecret(specNamed('RSA_4096'), systemRandom))
  let isOneMade = false
  const first = Promise.race(making).then(() => (isOneMade = true))
  await readFile(new URL(import.meta.url))
  expect(isOneMade).toBe(false)
  await first
  await Promise.all(making)
})

it('asking for more pairs of RSA than can be waited for is refused', async () => {
  const making = Array.from({ length: 33 }, () => newSecret(specNamed('RSA_2048'), systemRandom))
  const [last] = await Promise.allSettled(making.slice(-1))
  expect(last).toMatchObject({ status: 'rejected', reason: { code: 'ThrottlingException' } })
  expect((await Promise.allSettled(making)).filter(({ status }) => status === 'fulfilled')).toHaveLength(32)
})
