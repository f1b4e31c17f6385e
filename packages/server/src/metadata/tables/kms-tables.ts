import { defineMarkedTable, defineTable } from '../table.ts'

export interface KmsKeyRow {
  readonly accountId: string
  readonly createdMilliseconds: number
  readonly description?: string | undefined
  /** Absent: SYMMETRIC_DEFAULT. */
  readonly spec?: string | undefined
  /** Absent: ENCRYPT_DECRYPT. */
  readonly usage?:
    | 'SIGN_VERIFY'
    | 'GENERATE_VERIFY_MAC'
    | 'KEY_AGREEMENT'
    | 'ENCAPSULATE_DECAPSULATE'
    | undefined
  /** Absent: enabled. */
  readonly state?: 'Disabled' | 'PendingDeletion' | undefined
  /** Set while deletion is pending. */
  readonly deletionMilliseconds?: number | undefined
  /** Absent: the account's owner. */
  readonly manager?: 'AWS' | undefined
  /** JSON text. */
  readonly policy: string
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** The version of the material that new ciphertext is made with; the first is 1. */
  readonly materialVersion: number
  /** Absent: no automatic rotation. */
  readonly rotationPeriodDays?: number | undefined
  readonly nextRotationMilliseconds?: number | undefined
  /** Oldest first. */
  readonly rotations?: readonly KmsRotation[] | undefined
  /**
   * Set where the material comes from outside: that of each version from 1 on, of one behind `materialVersion` where it waits for a rotation.
   * Without any, `materialVersion` is 0.
   */
  readonly imports?: readonly KmsImport[] | undefined
}

export interface KmsImport {
  readonly materialId: string
  readonly description?: string | undefined
  /** Absent: it does not expire. */
  readonly validToMilliseconds?: number | undefined
  /** It was deleted or expired, and may be imported again. */
  readonly isGone?: true | undefined
}

export interface KmsRotation {
  readonly atMilliseconds: number
  readonly isOnDemand?: true | undefined
}

export interface KmsMaterialRow {
  /** Base64: sealed under the root key, with `kms-key`, the key's id and this version as its context. */
  readonly sealed: string
  /** Base64, of keys that are not symmetric and of what was imported: the secret, sealed under what `sealed` opens to. */
  readonly wrapped?: string | undefined
  readonly createdMilliseconds: number
}

export interface KmsAliasRow {
  readonly keyId: string
  readonly createdMilliseconds: number
  readonly updatedMilliseconds: number
}

export interface KmsGrantRow {
  readonly createdMilliseconds: number
  readonly name?: string | undefined
  readonly granteePrincipal: string
  readonly retiringPrincipal?: string | undefined
  /** ARN of who made it. */
  readonly issuer: string
  readonly operations: readonly string[]
  readonly contextSubset?: Readonly<Record<string, string>> | undefined
  readonly contextEquals?: Readonly<Record<string, string>> | undefined
}

export interface KmsKeyUseRow {
  readonly atMilliseconds: number
  /** As KMS calls it. */
  readonly operation: string
  /** Of the request, to S3 where S3 used the key. */
  readonly requestId?: string | undefined
}

export interface KmsUseTrackingRow {
  readonly sinceMilliseconds: number
}

export interface StoreKeyRow {
  /** Base64: sealed under the root key, with `store-key` and the id as its context. */
  readonly sealed: string
  readonly createdMilliseconds: number
}

/** Keys of the key service, by their id, which is unique across accounts. Older versions take none but symmetric ones with material of the service's own for keys. */
export const kmsKeys = defineMarkedTable<[keyId: string], KmsKeyRow>(
  20,
  'kmsKeys',
  ({ spec, imports }) => spec !== undefined || imports !== undefined,
)

/** The keys of each account. */
export const kmsAccountKeys = defineTable<[accountId: string, keyId: string], Record<string, never>>(
  21,
  'kmsAccountKeys',
)

/** Version 0, of keys with imported material: what import tokens are sealed under and the ids of material are made with. */
export const kmsMaterials = defineTable<[keyId: string, version: number], KmsMaterialRow>(22, 'kmsMaterials')

/** `name` with its `alias/`. */
export const kmsAliases = defineTable<[accountId: string, name: string], KmsAliasRow>(23, 'kmsAliases')

export const kmsGrants = defineTable<[keyId: string, grantId: string], KmsGrantRow>(24, 'kmsGrants')

/** The grants that a principal may retire. */
export const kmsRetirableGrants = defineTable<
  [principal: string, grantId: string],
  { readonly keyId: string }
>(25, 'kmsRetirableGrants')

/** Keys that seal objects which ask for no other. */
export const storeKeys = defineTable<[id: string], StoreKeyRow>(26, 'storeKeys')

/** Which store key seals new objects. */
export const newestStoreKey = defineTable<[], { readonly id: string }>(27, 'newestStoreKey')

/** The last use of a key, up to some minutes ago; no row: none. */
export const kmsKeyUses = defineTable<[keyId: string], KmsKeyUseRow>(126, 'kmsKeyUses')

/** Since when uses are kept. */
export const kmsUseTracking = defineTable<[], KmsUseTrackingRow>(127, 'kmsUseTracking')
