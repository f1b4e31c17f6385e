import type { KeyObject } from 'node:crypto'

/*
 * Ed25519ph, which node:crypto has not. The library is read when the first such signature is asked for. Source: RFC 8032, section 5.1, with
 * an empty context.
 */

export async function signEd25519ph(bytes: Uint8Array, key: KeyObject): Promise<Buffer> {
  const { ed25519ph } = await import('@noble/curves/ed25519.js')
  const { d = '' } = key.export({ format: 'jwk' })
  return Buffer.from(ed25519ph.sign(bytes, Buffer.from(d, 'base64url')))
}

export async function verifyEd25519ph(
  bytes: Uint8Array,
  key: KeyObject,
  signature: Uint8Array,
): Promise<boolean> {
  const { ed25519ph } = await import('@noble/curves/ed25519.js')
  const { x = '' } = key.export({ format: 'jwk' })
  try {
    return ed25519ph.verify(signature, bytes, Buffer.from(x, 'base64url'), { zip215: false })
  } catch {
    // Not the form of a signature.
    return false
  }
}
