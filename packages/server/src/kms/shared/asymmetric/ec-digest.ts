import type { KeyObject } from 'node:crypto'
import { assert } from '../../../base/assert.ts'
import type { Random } from '../../../base/random.ts'

/*
 * Signatures of ECDSA over a digest that is there already: node:crypto makes its own digests alone. The library is read when the first
 * such signature is asked for.
 */

const CURVES = {
  prime256v1: async () => (await import('@noble/curves/nist.js')).p256,
  secp384r1: async () => (await import('@noble/curves/nist.js')).p384,
  secp521r1: async () => (await import('@noble/curves/nist.js')).p521,
  secp256k1: async () => (await import('@noble/curves/secp256k1.js')).secp256k1,
}

/** KMS takes digests as they are and signatures of either form of S. */
const OPTIONS = { prehash: false, lowS: false, format: 'der' } as const

async function curveOf(key: KeyObject) {
  const name = key.asymmetricKeyDetails?.namedCurve
  const load = Object.entries(CURVES).find(([curve]) => curve === name)?.[1]
  assert(load, `there are keys of the curve ${name}`)
  return load()
}

export async function signEcdsa(digest: Uint8Array, key: KeyObject, random: Random): Promise<Buffer> {
  const curve = await curveOf(key)
  const { d = '' } = key.export({ format: 'jwk' })
  const secret = Buffer.from(d, 'base64url')
  return Buffer.from(curve.sign(digest, secret, { ...OPTIONS, extraEntropy: random.bytes(32) }))
}

export async function verifyEcdsa(
  digest: Uint8Array,
  key: KeyObject,
  signature: Uint8Array,
): Promise<boolean> {
  const curve = await curveOf(key)
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
  try {
    return curve.verify(signature, digest, point, OPTIONS)
  } catch {
    // Not the form of a signature.
    return false
  }
}
