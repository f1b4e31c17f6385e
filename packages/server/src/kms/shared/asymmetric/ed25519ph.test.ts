import { createPrivateKey, createPublicKey } from 'node:crypto'
import { expect, it } from 'vitest'
import { signEd25519ph, verifyEd25519ph } from './ed25519ph.ts'

// Source: RFC 8032, section 7.3.
const SECRET = '833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42'
const SIGNATURE =
  '98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae41' +
  '31f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406'

it('is what the RFC has', async () => {
  const pkcs8 = Buffer.from(`302e020100300506032b657004220420${SECRET}`, 'hex')
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  const bytes = Buffer.from('abc')
  const signature = await signEd25519ph(bytes, key)
  expect(signature.toString('hex')).toBe(SIGNATURE)
  expect(await verifyEd25519ph(bytes, createPublicKey(key), signature)).toBe(true)
  expect(await verifyEd25519ph(Buffer.from('abd'), createPublicKey(key), signature)).toBe(false)
})
