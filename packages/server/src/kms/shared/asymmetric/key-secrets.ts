import { createPrivateKey, createPublicKey, generateKeyPair as generate, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { Places } from '../../../base/places.ts'
import type { Random } from '../../../base/random.ts'
import type { KeySpec } from '../key-specs.ts'
import { KmsError } from '../kms-error.ts'

const generateKeyPair = promisify(generate) as (
  type: string,
  options: object,
) => Promise<{ readonly publicKey: KeyObject; readonly privateKey: KeyObject }>

/**
 * One pair of RSA at a time: they take their thread for up to some seconds, and there are four of them, which files are read and written by,
 * too. Who asks for more than can be waited for is told to come back.
 */
const rsaPairs = new Places(1)
const MOST_WAITING = 32
let waiting = 0

async function newRsaKey(modulusLength: number): Promise<Uint8Array> {
  if (waiting >= MOST_WAITING) throw new KmsError('ThrottlingException', 'Rate exceeded')
  waiting++
  try {
    return await rsaPairs.within(() => newPrivateKey('rsa', { modulusLength }))
  } finally {
    waiting--
  }
}

/**
 * What a key of this kind keeps to itself: a private key as PKCS #8 in DER, or the bytes of an HMAC key. Made in a thread of its own: one
 * of RSA takes up to some seconds.
 */
export async function newSecret({ name, secret }: KeySpec, random: Random): Promise<Uint8Array> {
  switch (secret.kind) {
    case 'aes':
      return random.bytes(32)
    case 'hmac':
      return random.bytes(secret.sizeBytes)
    case 'rsa':
      return newRsaKey(secret.modulusBits)
    case 'ec':
      return newPrivateKey('ec', { namedCurve: secret.curve })
    case 'edwards':
      return newPrivateKey('ed25519', {})
    case 'ml-dsa':
    case 'ml-kem':
      try {
        return await newPrivateKey(secret.parameters, {})
      } catch (cause) {
        // Node.js before 24.6, for ML-KEM 24.7, or an OpenSSL before 3.5.
        const message = `This Node.js has no keys of ${name}: take 24.7 or newer.`
        throw new KmsError('UnsupportedOperationException', message, { cause })
      }
  }
}

async function newPrivateKey(type: string, options: object): Promise<Uint8Array> {
  const { privateKey } = await generateKeyPair(type, options)
  return privateKey.export({ format: 'der', type: 'pkcs8' })
}

export function privateKeyOf(secret: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.from(secret), format: 'der', type: 'pkcs8' })
}

/** As SubjectPublicKeyInfo in DER. Source: AWS KMS API Reference, GetPublicKey. */
export function publicKeyBytes(secret: Uint8Array): Buffer {
  return createPublicKey(privateKeyOf(secret)).export({ format: 'der', type: 'spki' })
}
