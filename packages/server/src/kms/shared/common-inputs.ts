import type { EncryptionContext } from '../../encryption/encryption-context.ts'
import { ENCRYPTION_ALGORITHMS } from './key-specs.ts'
import { KmsError } from './kms-error.ts'
import { flag, listOf, members, oneOf, optional, type Reader, text, textMap } from './read-input.ts'

export const keyName = text({ most: 2048 })

/** Source: AWS KMS Developer Guide, "Resource quotas" and "Encryption context". */
const MOST_CONTEXT_CHARACTERS = 8192

export const encryptionContext: Reader<EncryptionContext | undefined> = (value, name) => {
  const context = optional(textMap)(value, name)
  const characters = Object.entries(context ?? {})
    .flat()
    .join('').length
  if (characters <= MOST_CONTEXT_CHARACTERS) return context
  throw new KmsError('ValidationException', `The encryption context at '${name}' is too long.`)
}

export const dryRun = optional(flag)

/** Where everything else was in order, tells a caller that asked for no more than that. */
export function assertNoDryRun({ DryRun }: { readonly DryRun?: boolean | undefined }): void {
  if (DryRun) throw wouldSucceed()
}

/** Source: AWS KMS Developer Guide, "Testing your permissions": "The request would have succeeded if DryRun wasn't specified". */
export function wouldSucceed(): KmsError {
  const message = 'The request would have succeeded, but the DryRun option is set.'
  return new KmsError('DryRunOperationException', message)
}

export const dryRunModifiers = optional(listOf(oneOf('IGNORE_CIPHERTEXT')))

/** Whether a dry run is about permissions alone. Source: AWS KMS API Reference, Decrypt, DryRunModifiers. */
export function ignoresCiphertext({
  DryRun,
  DryRunModifiers = [],
}: {
  readonly DryRun?: boolean | undefined
  readonly DryRunModifiers?: readonly string[] | undefined
}): boolean {
  if (DryRunModifiers.length > 0 && !DryRun)
    throw new KmsError('ValidationException', 'DryRunModifiers are for dry runs alone.')
  return DryRunModifiers.length > 0
}

export const encryptionAlgorithm = optional(oneOf(...ENCRYPTION_ALGORITHMS))

/** Source: AWS KMS API Reference, Tag. */
export const tagList = listOf(
  members({ TagKey: text({ most: 128 }), TagValue: text({ least: 0, most: 256 }) }),
  { most: 200 },
)

const MOST_TAGS = 50

/** Tags as a row holds them, what there was with what is new. */
export function withTags(
  before: Readonly<Record<string, string>>,
  added: readonly { readonly TagKey: string; readonly TagValue: string }[],
): Readonly<Record<string, string>> {
  const pairs = added.map(({ TagKey, TagValue }) => {
    if (TagKey.startsWith('aws:'))
      throw new KmsError('TagException', 'aws: prefixed tag key names are not allowed.')
    return [TagKey, TagValue] as const
  })
  if (new Set(pairs.map(([key]) => key)).size < pairs.length) {
    throw new KmsError('TagException', 'Duplicate tag keys')
  }
  const tags = { ...before, ...Object.fromEntries(pairs) }
  if (Object.keys(tags).length > MOST_TAGS) throw new KmsError('LimitExceededException', 'Too many tags')
  return tags
}
