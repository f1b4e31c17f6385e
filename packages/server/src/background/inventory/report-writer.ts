import { type AccessRule, s3Arn } from '../../access/access-rule.ts'
import { callerOf } from '../../access/caller.ts'
import { KmsError } from '../../kms/shared/kms-error.ts'
import type { BucketRow } from '../../metadata/tables/rows.ts'
import type { Transaction } from '../../metadata/transaction.ts'
import { UnreadableRow } from '../../metadata/unreadable-row.ts'
import { bodyOf } from '../../model/body.ts'
import { S3Error } from '../../model/s3-error.ts'
import type { InventoryEncryption } from '../../model/types.gen.ts'
import { DEFAULT_CHECKSUM_ALGORITHM } from '../../model/upload-checksum.ts'
import {
  findReportDestination,
  type FoundDestination,
  type ReportDestination,
} from '../../s3/shared/bucket/report-destination.ts'
import { storeContent, type StoredContent } from '../../s3/shared/content/store-content.ts'
import { contextWithoutRequest } from '../../s3/shared/deciding/context-without-request.ts'
import { newObjectRow } from '../../s3/shared/new-object/new-object-row.ts'
import { commitObject } from '../../s3/shared/new-object/write-object.ts'
import { lockOfNewVersion } from '../../s3/shared/object/object-lock-rules.ts'
import { refuseObjectOverQuota } from '../../s3/shared/quotas/refuse-over-quota.ts'
import { chooseEncryption } from '../../s3/shared/sealing/choose-encryption.ts'
import type { OperationContext } from '../../s3/shared/service/operation.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { reportEncryption } from './report-encryption.ts'

const S3 = callerOf({ kind: 'service', service: 's3.amazonaws.com' })

const PUT_OBJECT: AccessRule = { action: 's3:PutObject', on: 'object', acl: { on: 'bucket', grant: 'WRITE' } }

/** What is written into a destination, and what else its commit does. */
export interface ReportObject {
  readonly key: string
  readonly contentType: string
  readonly bytes: Uint8Array | AsyncIterable<Uint8Array>
  readonly also: (transaction: Transaction, stored: StoredContent) => Promise<void>
}

/** A destination, and how reports are encrypted in it. Absent: as it does by default. */
export interface EncryptedDestination extends ReportDestination {
  readonly Encryption?: InventoryEncryption | undefined
}

export interface ReportSource {
  readonly bucketName: string
  readonly bucket: BucketRow
}

/**
 * Writes a report's objects as S3 itself, which a policy of the destination has to let in. Source: S3 User Guide, "Grant
 * permissions for S3 Inventory and S3 analytics".
 */
export class ReportWriter {
  readonly #service: S3Service
  readonly #destination: EncryptedDestination
  readonly #source: ReportSource
  readonly #signal: AbortSignal

  constructor(
    service: S3Service,
    destination: EncryptedDestination,
    source: ReportSource,
    signal: AbortSignal,
  ) {
    this.#service = service
    this.#destination = destination
    this.#source = source
    this.#signal = signal
  }

  /** Durable when it resolves. Throws what S3 answers where the destination does not take it. */
  async write({ key, contentType, bytes, also }: ReportObject): Promise<void> {
    const service = this.#service
    const destination = await findReportDestination(service, this.#source.bucket, this.#destination)
    const { bucketName, bucket } = destination
    const context = this.#context(destination)
    const target = { bucketName, bucket, key }
    await context.authorize(PUT_OBJECT, target)
    const encryption = await chooseEncryption(context, { Bucket: bucketName, Key: key, ...this.#encryption })
    const lock = await lockOfNewVersion(context, target, {})
    const size = bytes instanceof Uint8Array ? bytes.length : undefined
    if (bucket.hasQuota) await refuseObjectOverQuota(service.stores, bucket, key, size)
    const { sealer, row: sealed } = encryption
    const body = bodyOf(bytes, size)
    const stored = await storeContent(service, body, {}, DEFAULT_CHECKSUM_ALGORITHM, context, sealer)
    // With full control for the bucket's owner a report is his.
    const traits = { contentType, ownerAccountId: bucket.ownerAccountId, encryption: sealed, ...lock }
    const row = newObjectRow(context, traits, stored)
    const written = { ...target, name: 'ObjectCreated:Put', cause: 's3' } as const
    await commitObject(service, written, row, stored, {}, (transaction) => also(transaction, stored))
  }

  get #encryption() {
    return reportEncryption(this.#destination.Encryption)
  }

  /** What policies of the destination and of keys see. */
  #context({ bucket }: FoundDestination): OperationContext {
    const { ServerSideEncryption: algorithm, SSEKMSKeyId: key } = this.#encryption
    const headers = {
      'x-amz-acl': 'bucket-owner-full-control',
      ...(algorithm !== undefined && { 'x-amz-server-side-encryption': algorithm }),
      ...(key !== undefined && { 'x-amz-server-side-encryption-aws-kms-key-id': key }),
    }
    const { bucketName, bucket: source } = this.#source
    return contextWithoutRequest(this.#service, {
      caller: S3,
      head: { method: 'PUT', path: '/', query: '', headers },
      operation: 'PutObject',
      bucket,
      signal: this.#signal,
      onBehalfOf: {
        accountId: source.ownerAccountId,
        keys: {
          'aws:SourceArn': s3Arn(bucketName),
          'aws:SourceAccount': source.ownerAccountId,
          'aws:SecureTransport': 'true',
        },
      },
    })
  }
}

/** Passing troubles of this server, whatever the destination. */
const PASSING: ReadonlySet<string> = new Set(['SlowDown', 'ServiceUnavailable', 'InternalError'])

/**
 * Why a destination, or the key that seals in it, does not take a report, or a row of theirs that cannot be read; nothing for all
 * other faults.
 */
export function refusalOf(error: unknown): { readonly code: string; readonly message: string } | undefined {
  if (error instanceof UnreadableRow) return { code: 'InternalError', message: error.message }
  if (error instanceof KmsError || (error instanceof S3Error && !PASSING.has(error.code))) return error
  return undefined
}
