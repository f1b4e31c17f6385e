import { StorageFault } from '../../../base/storage-fault.ts'
import { KeyServiceFault } from '../../../encryption/key-service-fault.ts'
import type { Content, EncryptionRow, ObjectRow } from '../../../metadata/tables/rows.ts'
import { DEFAULT_CHECKSUM_ALGORITHM } from '../../../model/upload-checksum.ts'
import { readInline } from '../../shared/content/inline-bytes.ts'
import type { LooseContent } from '../../shared/content/link-content.ts'
import { isSamePlace } from '../../shared/content/placement.ts'
import { ContentGone } from '../../shared/content/share-content.ts'
import { storeContent } from '../../shared/content/store-content.ts'
import { withCopySource } from '../../shared/new-object/find-copy-source.ts'
import { assertNotBlocked } from '../../shared/sealing/blocked-encryption.ts'
import { type ChosenEncryption, chooseEncryption } from '../../shared/sealing/choose-encryption.ts'
import { openEncryption } from '../../shared/sealing/open-encryption.ts'
import type { ReplicationRule } from '../../shared/replicating/replication-rules.ts'
import type { AccessTarget } from '../../shared/service/access-target.ts'
import type { OperationContext } from '../../shared/service/operation.ts'
import { type FailureReason, ReplicationFailure } from './replication-failure.ts'

/** The bytes of a replica, and what opens them. */
export interface ReplicaContent {
  readonly loose: LooseContent<Content>
  readonly encryption: EncryptionRow | undefined
}

/** The object that is replicated, and what it becomes. */
export interface Replicated {
  readonly row: ObjectRow
  readonly source: AccessTarget & { readonly key: string }
  readonly destination: AccessTarget & { readonly key: string }
  readonly storageClass: string | undefined
}

/**
 * What a replica has for its bytes. Those that the store or a customer seals are the same ones, which need no opening; what a key
 * of the key service seals is opened and sealed with the one that the rule names. Throws `ContentGone` where the version was
 * deleted meanwhile, AccessDenied where the destination blocks what is encrypted like it.
 */
export async function replicaContent(
  rule: ReplicationRule,
  replicated: Replicated,
  contexts: { readonly source: OperationContext; readonly destination: OperationContext },
): Promise<ReplicaContent> {
  const { row, storageClass } = replicated
  const { service } = contexts.destination
  const { encryption } = row
  const kind = encryption?.kind
  assertNotBlocked(replicated.destination.bucket, kind)
  if (kind === 'aws:kms' || kind === 'aws:kms:dsse') {
    const { bucketName: Bucket, key: Key } = replicated.destination
    const asked = { Bucket, Key, ServerSideEncryption: kind, SSEKMSKeyId: rule.keyName }
    const chosen = await because(keyReason, async () => chooseEncryption(contexts.destination, asked))
    return storedAnew(replicated, chosen, contexts)
  }
  if (kind !== 'customer' && !isSamePlace(service.settings, row, { storageClass })) {
    const { bucketName: Bucket, key: Key } = replicated.destination
    const chosen = await chooseEncryption(contexts.destination, {
      Bucket,
      Key,
      ServerSideEncryption: 'AES256',
    })
    return storedAnew(replicated, chosen, contexts)
  }
  return { loose: await sameBytes(contexts.destination, row.content), encryption }
}

async function sameBytes({ service }: OperationContext, content: Content): Promise<LooseContent<Content>> {
  if (content.kind === 'empty') return { content }
  if (content.kind !== 'inline') return { content, isShared: true }
  const inline = await readInline(service.stores.metadata, content)
  if (!inline) throw new ContentGone(`content ${content.id}`)
  return { content: { ...content, id: service.contentIds.next() }, inline }
}

async function storedAnew(
  { row, source, storageClass }: Replicated,
  chosen: ChosenEncryption,
  contexts: { readonly source: OperationContext; readonly destination: OperationContext },
): Promise<ReplicaContent> {
  const { service, signal } = contexts.destination
  const opener = await because('SrcGetObjectNotPermitted', () =>
    openEncryption(contexts.source, row.encryption, {}, source),
  )
  const copied = { target: source, row, opener, version: {} }
  const stored = await withCopySource(copied, { start: 0, end: row.sizeBytes }, contexts.source, (body) =>
    storeContent(service, body, {}, DEFAULT_CHECKSUM_ALGORITHM, { signal }, chosen.sealer, { storageClass }),
  )
  if (!stored) throw new ContentGone('the version was deleted')
  return { loose: stored, encryption: chosen.row }
}

/** What a key is refused for is a reason; that nobody answers is none, for it passes. */
export async function because<T>(
  reason: FailureReason | ((code: string) => FailureReason),
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof StorageFault || error instanceof KeyServiceFault) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    throw new ReplicationFailure(typeof reason === 'string' ? reason : reason(code), { cause: error })
  }
}

function keyReason(code: string): FailureReason {
  if (/NotFound|InvalidArn/.test(code)) return 'DstKmsKeyNotFound'
  return /Disabled|InvalidState/.test(code) ? 'DstKmsKeyInvalidState' : 'DstPutObjectNotPermitted'
}
