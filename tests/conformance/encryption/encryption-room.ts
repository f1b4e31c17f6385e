import { hash } from 'node:crypto'
import { CreateAliasCommand, CreateKeyCommand, type KMSClient } from '@aws-sdk/client-kms'
import type { StartServerOptions } from 'holdfast'
import { expect } from 'vitest'
import { kmsClient } from '../../support/kms-client.ts'
import { type RawAnswer, xmlTexts } from '../../support/raw-request.ts'
import { AccessRoom, type Who } from '../access/access-room.ts'
import { expectSuccess } from '../objects/object-room.ts'

export type Headers = Readonly<Record<string, string>>

const PREFIX = 'x-amz-server-side-encryption'

/** All ways to say, or not to say, how an object is to be encrypted. */
export const MODES = [
  'nothing said',
  'AES256',
  'aws:kms',
  'aws:kms, key by id',
  'aws:kms, key by ARN',
  'aws:kms, key by alias',
  'aws:kms, with a context',
  'aws:kms, with a bucket key',
  'aws:kms:dsse',
  'aws:kms:dsse, key by id',
  'SSE-C',
] as const
export type ModeName = (typeof MODES)[number]

export interface Mode {
  /** Of whatever makes an object or an upload. */
  readonly write: Headers
  /** Of whatever reads it, or adds a part to it. */
  readonly read: Headers
  /** Of a copy from it. */
  readonly source: Headers
  /** Of every answer about it. */
  readonly shown: Headers
  /** Of answers to what makes it, besides. */
  readonly echoed: Headers
  readonly hasMd5Tag: boolean
}

/** A server with a key of the owner's in its key service. */
export class EncryptionRoom implements AsyncDisposable {
  readonly access: AccessRoom
  readonly kms: KMSClient
  readonly keyId: string
  readonly keyArn: string

  private constructor(access: AccessRoom, kms: KMSClient, { id, arn }: { id: string; arn: string }) {
    this.access = access
    this.kms = kms
    this.keyId = id
    this.keyArn = arn
  }

  static async open(options: StartServerOptions = {}): Promise<EncryptionRoom> {
    const access = await AccessRoom.open(options)
    const kms = kmsClient(access.server)
    const key = await newKey(kms)
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/the-key', TargetKeyId: key.id }))
    return new EncryptionRoom(access, kms, key)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kms.destroy()
    await this.access[Symbol.asyncDispose]()
  }

  /** Puts an object and returns its bytes; it has to succeed. */
  async put(
    bucket: string,
    key: string,
    body: Uint8Array | string,
    headers: Headers = {},
  ): Promise<RawAnswer> {
    return this.access.must('owner', 'PUT', bucket, key, { headers, body })
  }

  get(bucket: string, key: string, headers: Headers = {}, who: Who = 'owner'): Promise<RawAnswer> {
    return this.access.ask(who, 'GET', bucket, key, { headers })
  }

  /** Sets the bucket's default. */
  async setDefault(bucket: string, rule: string): Promise<void> {
    await this.access.set(bucket, 'encryption', defaultDocument(rule))
  }

  /** Uploads in parts; returns the answers of all three steps. */
  async putParts(
    bucket: string,
    key: string,
    bodies: readonly Uint8Array[],
    { write, read }: Pick<Mode, 'write' | 'read'>,
  ): Promise<{ created: RawAnswer; parts: RawAnswer[]; completed: RawAnswer }> {
    const created = await this.access.must('owner', 'POST', bucket, key, {
      query: 'uploads=',
      headers: write,
    })
    const uploadId = uploadIdOf(created)
    const parts: RawAnswer[] = []
    for (const [index, body] of bodies.entries()) {
      const query = `partNumber=${index + 1}&uploadId=${uploadId}`
      parts.push(await this.access.must('owner', 'PUT', bucket, key, { query, headers: read, body }))
    }
    const etags = parts.map(({ headers }) => headers.etag ?? '')
    const completed = await this.complete(bucket, key, uploadId, etags)
    expectSuccess(completed)
    return { created, parts, completed }
  }

  complete(
    bucket: string,
    key: string,
    uploadId: string,
    etags: readonly string[],
    who: Who = 'owner',
  ): Promise<RawAnswer> {
    const list = etags.map((tag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${tag}</ETag></Part>`)
    const body = `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`
    return this.access.ask(who, 'POST', bucket, key, { query: `uploadId=${uploadId}`, body })
  }

  mode(name: ModeName): Mode {
    if (name === 'SSE-C') return customerMode(customerKey('the customer’s'))
    if (name === 'nothing said' || name === 'AES256') {
      const shown = { [PREFIX]: 'AES256' }
      return {
        write: name === 'AES256' ? shown : {},
        read: {},
        source: {},
        shown,
        echoed: {},
        hasMd5Tag: true,
      }
    }
    const [algorithm = ''] = name.split(',')
    const keyName = this.#keyName(name)
    const context = Buffer.from('{"team":"red"}').toString('base64')
    const echoed: Record<string, string> = name.endsWith('a context')
      ? { [`${PREFIX}-context`]: context }
      : {}
    const more: Record<string, string> = name.endsWith('bucket key')
      ? { [`${PREFIX}-bucket-key-enabled`]: 'true' }
      : {}
    return {
      write: {
        [PREFIX]: algorithm,
        ...(keyName !== undefined && { [`${PREFIX}-aws-kms-key-id`]: keyName }),
        ...echoed,
        ...more,
      },
      read: {},
      source: {},
      shown: {
        [PREFIX]: algorithm,
        [`${PREFIX}-aws-kms-key-id`]: keyName === undefined ? AWS_MANAGED_KEY : this.keyArn,
        ...more,
      },
      echoed,
      hasMd5Tag: false,
    }
  }

  #keyName(name: ModeName): string | undefined {
    if (name === 'aws:kms' || name === 'aws:kms:dsse') return undefined
    if (name.endsWith('ARN')) return this.keyArn
    return name.endsWith('alias') ? 'alias/the-key' : this.keyId
  }
}

/** Stands for the ARN of the key `aws/s3`, which is made when it is first used. */
export const AWS_MANAGED_KEY = 'arn of alias/aws/s3'

export async function newKey(kms: KMSClient, Policy?: string): Promise<{ id: string; arn: string }> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ ...(Policy !== undefined && { Policy }) }))
  return { id: KeyMetadata?.KeyId ?? '', arn: KeyMetadata?.Arn ?? '' }
}

/** The headers of an answer that tell of encryption. The AWS managed key shows as such. */
export function encryptionOf(answer: RawAnswer): Record<string, unknown> {
  const found = Object.entries(answer.headers).filter(([name]) => name.startsWith(PREFIX))
  return Object.fromEntries(found)
}

/** What `encryptionOf` is to be, whichever key the managed one is. */
export function shownAs(mode: Headers): Record<string, unknown> {
  const anyArn: unknown = expect.stringMatching(/^arn:aws:kms:us-east-1:100000000001:key\/[0-9a-f-]{36}$/)
  const entries = Object.entries(mode).map(([name, value]) => [
    name,
    value === AWS_MANAGED_KEY ? anyArn : value,
  ])
  return Object.fromEntries(entries) as Record<string, unknown>
}

export interface CustomerKeyText {
  readonly key: string
  readonly md5: string
}

export function customerKey(seed: string): CustomerKeyText {
  const key = hash('sha256', seed, 'buffer')
  return { key: key.toString('base64'), md5: hash('md5', key, 'base64') }
}

export function customerHeaders({ key, md5 }: CustomerKeyText, prefix = PREFIX): Record<string, string> {
  return {
    [`${prefix}-customer-algorithm`]: 'AES256',
    [`${prefix}-customer-key`]: key,
    [`${prefix}-customer-key-md5`]: md5,
  }
}

export const SOURCE_PREFIX = 'x-amz-copy-source-server-side-encryption'

export function customerMode(key: CustomerKeyText): Mode {
  const headers = customerHeaders(key)
  return {
    write: headers,
    read: headers,
    source: customerHeaders(key, SOURCE_PREFIX),
    shown: { [`${PREFIX}-customer-algorithm`]: 'AES256', [`${PREFIX}-customer-key-md5`]: key.md5 },
    echoed: {},
    hasMd5Tag: false,
  }
}

export function kmsHeaders(keyName?: string, more: Headers = {}): Record<string, string> {
  return {
    [PREFIX]: 'aws:kms',
    ...(keyName !== undefined && { [`${PREFIX}-aws-kms-key-id`]: keyName }),
    ...more,
  }
}

export function uploadIdOf(created: RawAnswer): string {
  return xmlTexts(created.text, 'UploadId')[0] ?? ''
}

/** The document of PutBucketEncryption around the elements of one rule. */
export function defaultDocument(...rules: readonly string[]): string {
  const inner = rules.map((rule) => `<Rule>${rule}</Rule>`).join('')
  return `<ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner}</ServerSideEncryptionConfiguration>`
}

/** `ApplyServerSideEncryptionByDefault` */
export function byDefault(algorithm: string, keyName?: string): string {
  const key = keyName === undefined ? '' : `<KMSMasterKeyID>${keyName}</KMSMasterKeyID>`
  return `<ApplyServerSideEncryptionByDefault><SSEAlgorithm>${algorithm}</SSEAlgorithm>${key}</ApplyServerSideEncryptionByDefault>`
}
