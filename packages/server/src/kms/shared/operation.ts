import type { ContextKeys } from '../../access/request-context.ts'
import type { EncryptionContext } from '../../encryption/encryption-context.ts'
import { assertNoDryRun } from './common-inputs.ts'
import { CRYPTOGRAPHIC_OPERATIONS } from './cryptographic-operations.ts'
import { authorizeKey } from './key-access.ts'
import { assertUsable, type GrantScope, type KeyUse, type RequestTags, type Usability } from './key-state.ts'
import type { KmsContext, Output } from './kms-service.ts'
import type { Reader } from './read-input.ts'
import { aliasIn, type Key, resolveKey } from './resolve-key.ts'

export interface KmsOperation {
  readonly name: string
  run(input: unknown, context: KmsContext): Promise<Output>
}

/** Declares an operation that is about no single key, or finds its keys itself. */
export function defineOperation<Input>(
  name: string,
  declaration: {
    readonly input: Reader<Input>
    handle(input: Input, context: KmsContext): Promise<Output>
  },
): KmsOperation {
  return { name, run: async (input, context) => declaration.handle(declaration.input(input, ''), context) }
}

const CRYPTOGRAPHIC: ReadonlySet<string> = new Set(CRYPTOGRAPHIC_OPERATIONS)

interface CommonInput extends RequestTags {
  readonly KeyId: string
  readonly DryRun?: boolean | undefined
  readonly EncryptionContext?: EncryptionContext | undefined
}

/** Declares an operation on the key that `KeyId` names: it is found, its use is permitted, its state allows for it. */
export function defineKeyOperation<Input extends CommonInput>(
  name: string,
  declaration: {
    readonly input: Reader<Input>
    /** Whether `KeyId` may be an alias; most operations take the key's id or ARN only. */
    readonly acceptsAlias?: true
    readonly usable: Usability
    newGrant?(input: Input): GrantScope
    /** Condition keys that the request brings besides those of its tags and context. */
    keys?(input: Input): ContextKeys
    /** Of a dry run, too, whose answer is thrown away: what changes anything calls `assertNoDryRun` before. */
    handle(input: Input, key: Key, context: KmsContext): Promise<Output>
  },
): KmsOperation {
  const run = async (value: unknown, context: KmsContext): Promise<Output> => {
    const input = declaration.input(value, '')
    const { KeyId, EncryptionContext } = input
    const key = await useKey(context, KeyId, {
      operation: name,
      acceptsAlias: declaration.acceptsAlias === true,
      usable: declaration.usable,
      encryptionContext: EncryptionContext,
      newGrant: declaration.newGrant?.(input),
      tags: input,
      keys: declaration.keys?.(input),
    })
    const output = await declaration.handle(input, key, context)
    assertNoDryRun(input)
    if (CRYPTOGRAPHIC.has(name)) context.service.keyUses.note(key.id, name, context.caller.requestId)
    return output
  }
  return { name, run }
}

/** Finds a key for an operation. Throws what KMS answers where it is not there, not permitted or not usable. */
export async function useKey(
  { service, caller }: KmsContext,
  keyName: string,
  use: KeyUse & {
    readonly acceptsAlias: boolean
    /** Condition keys that the key that is found has a part in. */
    keysWith?(key: Key): ContextKeys
  },
): Promise<Key> {
  const key = await resolveKey(service, caller, keyName, use)
  const keys = { 'kms:RequestAlias': aliasIn(keyName), ...use.keys, ...use.keysWith?.(key) }
  await authorizeKey(service, caller, key, { ...use, keys })
  assertUsable(key, use.usable)
  return key
}
