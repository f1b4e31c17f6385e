import type { KMSClient } from '@aws-sdk/client-kms'
import { errorCode } from '../../base/storage-fault.ts'
import type { EncryptionContext } from '../encryption-context.ts'
import type { GeneratedDataKey, KeyManagement } from '../key-management.ts'
import { KeyServiceFault } from '../key-service-fault.ts'

export interface AwsKeyManagementOptions {
  /** Key id, ARN or alias of a symmetric key, which this engine neither makes nor deletes. */
  readonly keyId: string
  readonly region: string
  /** Default: AWS's own endpoint of the region. */
  readonly endpoint?: string | undefined
  /** Default: the SDK's chain of providers (environment, profile, instance role). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined
  /** Of one attempt. Default: 10 s. */
  readonly timeoutMilliseconds?: number | undefined
}

type Sdk = typeof import('@aws-sdk/client-kms')

/**
 * AWS KMS, or a service that speaks its API, through the official SDK. The SDK is an optional dependency, loaded when
 * this engine is chosen and not before.
 */
export async function awsKeyManagement(options: AwsKeyManagementOptions): Promise<KeyManagement> {
  const sdk = await import('@aws-sdk/client-kms').catch((cause: unknown) => {
    throw new Error('The key management engine "aws" needs the package @aws-sdk/client-kms; install it.', {
      cause,
    })
  })
  const { region, endpoint, credentials, timeoutMilliseconds = 10_000 } = options
  const client = new sdk.KMSClient({
    region,
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials && { credentials }),
    requestHandler: {
      connectionTimeout: timeoutMilliseconds,
      requestTimeout: timeoutMilliseconds,
      throwOnRequestTimeout: true,
    },
    maxAttempts: 2,
  })
  return new AwsKeyManagement(sdk, client, options.keyId)
}

class AwsKeyManagement implements KeyManagement {
  readonly name = 'aws'
  readonly #sdk: Sdk
  readonly #client: KMSClient
  readonly #keyId: string

  constructor(sdk: Sdk, client: KMSClient, keyId: string) {
    this.#sdk = sdk
    this.#client = client
    this.#keyId = keyId
  }

  async generateDataKey(context: EncryptionContext): Promise<GeneratedDataKey> {
    const command = new this.#sdk.GenerateDataKeyCommand({
      KeyId: this.#keyId,
      KeySpec: 'AES_256',
      EncryptionContext: { ...context },
    })
    const { Plaintext, CiphertextBlob } = await faults(() => this.#client.send(command))
    return { plaintext: present(Plaintext), sealed: present(CiphertextBlob) }
  }

  async openDataKey(sealed: Uint8Array, context: EncryptionContext): Promise<Uint8Array> {
    const command = new this.#sdk.DecryptCommand({
      CiphertextBlob: sealed,
      EncryptionContext: { ...context },
    })
    return present((await faults(() => this.#client.send(command))).Plaintext)
  }

  /** KMS does not tell which material sealed a key, so each is sealed again. */
  async resealDataKey(sealed: Uint8Array, context: EncryptionContext): Promise<Uint8Array | undefined> {
    const command = new this.#sdk.ReEncryptCommand({
      CiphertextBlob: sealed,
      SourceEncryptionContext: { ...context },
      DestinationKeyId: this.#keyId,
      DestinationEncryptionContext: { ...context },
    })
    return present((await faults(() => this.#client.send(command))).CiphertextBlob)
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#client.destroy()
    return Promise.resolve()
  }
}

/** Answers that mean the key or the caller is wrong; everything else, no answer among it, may pass. */
const REFUSALS = new Set([
  'AccessDeniedException',
  'DisabledException',
  'IncorrectKeyException',
  'InvalidCiphertextException',
  'InvalidGrantTokenException',
  'InvalidKeyUsageException',
  'InvalidSignatureException',
  'KMSInvalidStateException',
  'NotFoundException',
  'UnrecognizedClientException',
  'ValidationException',
])

async function faults<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send()
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : 'unknown'
    const kind = REFUSALS.has(name) ? 'refused' : 'unavailable'
    throw new KeyServiceFault(kind, `AWS KMS: ${errorCode(cause) ?? name}`, { cause })
  }
}

function present(bytes: Uint8Array | undefined): Uint8Array {
  if (bytes) return bytes
  throw new KeyServiceFault('unavailable', 'AWS KMS answered without a key')
}
