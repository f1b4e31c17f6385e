import type { DataKey } from '../../../encryption/content-key.ts'
import type { Content, EncryptionRow, ObjectRow, SingleContent } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { OperationContext } from '../service/operation.ts'
import { keyCaller, keyContext, type KeyTarget } from './key-context.ts'
import { resealed } from './object-keys.ts'
import { dataKeyOf } from './open-encryption.ts'
import { newServiceKey } from './service-key.ts'

export type ResealedRow = Pick<ObjectRow, 'encryption' | 'content'>

export interface NewEncryption {
  readonly row: ResealedRow
  /** The same of an annotation of the object, under the same key; `undefined` where it is not sealed. */
  reseal(annotation: SealedAnnotation): Promise<SealedAnnotation | undefined>
}

interface SealedAnnotation {
  readonly encryption: EncryptionRow
  readonly content: SingleContent
}

interface NewKey {
  readonly keyArn: string
  readonly bucketKey: boolean
}

type Resealable =
  | Extract<EncryptionRow, { kind: 'AES256' }>
  | (Extract<EncryptionRow, { keyArn: string }> & { readonly kind: 'aws:kms' })

/**
 * What an object's row says once its bytes, as they are, are opened with a key of the key service. What the client bound
 * to the key before stays bound. The requester needs to be permitted each use of a key that S3 documents for this,
 * whichever of them happen here. Throws InvalidRequest for an object whose encryption cannot be changed.
 */
export async function newEncryption(
  context: OperationContext,
  row: ObjectRow,
  { keyArn, bucketKey }: NewKey,
  target: KeyTarget,
): Promise<NewEncryption> {
  const { encryption, content } = row
  const source = resealable(encryption, content)
  const userContext = source.kind === 'aws:kms' ? source.context : undefined
  await assertPermitted(context, source, { keyArn, bucketKey }, target)
  const from = await dataKeyOf(context, source, {}, target)
  const asked = { kind: 'aws:kms', keyName: keyArn, userContext, bucketKey } as const
  const { row: sealed, dataKey: to } = await newServiceKey(context, asked, target)
  const keys = context.service.encryption
  const single = async (old: SingleContent, opener: DataKey | undefined): Promise<SingleContent> =>
    old.kind === 'empty' ? old : { ...old, seal: old.seal && (await resealed(keys, old.seal, opener, to)) }
  const reseal: NewEncryption['reseal'] = async (annotation) => {
    if (annotation.content.kind === 'empty' || !annotation.content.seal) return undefined
    const own = resealable(annotation.encryption, annotation.content)
    const opener = await dataKeyOf(context, own, {}, target)
    return { encryption: sealed, content: await single(annotation.content, opener) }
  }
  if (content.kind !== 'parts')
    return { row: { encryption: sealed, content: await single(content, from) }, reseal }
  const objectKey = { sealed: to.sealDataKey(keyOfParts(source, from), keys.random).toString('base64') }
  return { row: { encryption: { ...sealed, objectKey }, content }, reseal }
}

/** Source: S3 User Guide, "Updating server-side encryption for existing data", "Required permissions". */
async function assertPermitted(
  context: OperationContext,
  source: Resealable,
  { keyArn, bucketKey }: NewKey,
  target: KeyTarget,
): Promise<void> {
  const { keyService } = context.service.encryption
  const caller = keyCaller(context)
  const old = source.kind === 'aws:kms' ? source : undefined
  const bound = keyContext(context, target, old?.context, bucketKey)
  await keyService.permit(caller, keyArn, ['Encrypt', 'Decrypt', 'ReEncryptTo'], bound)
  if (!old) return
  const oldBound = keyContext(context, target, old.context, old.bucketKey === true)
  await keyService.permit(caller, old.keyArn, ['Decrypt', 'ReEncryptFrom'], oldBound)
}

function resealable(encryption: EncryptionRow | undefined, content: Content): Resealable {
  const isPlain = (content.kind === 'blob' || content.kind === 'inline') && !content.seal
  if (!encryption || isPlain) {
    throw invalid(
      'The UpdateObjectEncryption operation doesn’t support unencrypted source objects. Only source objects encrypted with SSE-S3 or SSE-KMS are supported.',
    )
  }
  if (encryption.kind === 'AES256') return encryption
  if (encryption.kind === 'aws:kms') return { ...encryption, kind: encryption.kind }
  throw invalid(
    'The UpdateObjectEncryption operation doesn’t support source objects with the encryption type DSSE-KMS or SSE-C. Only source objects encrypted with SSE-S3 or SSE-KMS are supported.',
  )
}

/** The key that all parts have theirs from, and no other object. */
function keyOfParts(source: Resealable, dataKey: DataKey | undefined): DataKey {
  const isOwn = source.objectKey !== undefined || (source.kind === 'aws:kms' && !source.bucketKey)
  if (dataKey && isOwn) return dataKey
  // Of an upload that began before uploads had keys of their own. Copying the object over itself does the same.
  const message = 'This object was uploaded in parts before its encryption could be changed; copy it instead.'
  throw new S3Error('NotImplemented', {}, { message })
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidRequest', {}, { message })
}
