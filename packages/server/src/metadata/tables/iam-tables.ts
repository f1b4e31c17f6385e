import { defineTable } from '../table.ts'

export type TagPairs = readonly (readonly [key: string, value: string])[]

/** What users, groups, roles and instance profiles have in common. */
export interface IamNamedRow {
  readonly accountId: string
  readonly name: string
  /** Begins and ends with a slash. */
  readonly path: string
  readonly createdMilliseconds: number
}

/** The same of users, groups and roles, which have policies. */
export interface IamEntityRow extends IamNamedRow {
  /** JSON texts by the names of the policies; IAM allows for a few thousand characters of them all. */
  readonly inlinePolicies?: Readonly<Record<string, string>> | undefined
  /** The ARNs of managed policies, in the order in which they were attached. */
  readonly attachedPolicies?: readonly string[] | undefined
  /** The ARN of the managed policy that is the permissions boundary; groups have none. */
  readonly boundary?: string | undefined
}

export interface IamUserRow extends IamEntityRow {
  /** In their order; no two keys that differ in upper and lower case alone. */
  readonly tags?: TagPairs | undefined
  readonly accessKeyIds?: readonly string[] | undefined
  /** In the order in which the user joined them. */
  readonly groupIds?: readonly string[] | undefined
  /** The paths and names of its MFA devices, in the order in which they were enabled. */
  readonly mfaDevices?: readonly string[] | undefined
}

export type IamGroupRow = IamEntityRow

export interface IamRoleRow extends IamEntityRow {
  readonly tags?: TagPairs | undefined
  readonly description?: string | undefined
  /** JSON text: who may assume the role. Users and roles are named by their unique ids. */
  readonly trustPolicy: string
  readonly maximumSessionSeconds: number
}

export interface IamInstanceProfileRow extends IamNamedRow {
  readonly tags?: TagPairs | undefined
  /** Of the one role in it. */
  readonly roleId?: string | undefined
}

export interface IamPolicyRow {
  readonly accountId: string
  /** `ANPA` and 17 characters; never used again. */
  readonly id: string
  readonly name: string
  /** Begins and ends with a slash. */
  readonly path: string
  readonly description?: string | undefined
  readonly tags?: TagPairs | undefined
  readonly createdMilliseconds: number
  /** JSON text: the version that counts. */
  readonly document: string
  readonly defaultVersion: number
  /** Oldest first. */
  readonly versions: readonly IamPolicyVersion[]
  /** The newest there ever was: numbers are not used again. */
  readonly lastVersion: IamPolicyVersion
}

/** Shown as `v` with its number. */
export interface IamPolicyVersion {
  readonly number: number
  readonly createdMilliseconds: number
}

export interface IamPolicyUsesRow {
  readonly attachments: number
  readonly boundaries: number
}

export interface IamAccessKeyRow {
  readonly accountId: string
  readonly userId: string
  readonly status: 'Active' | 'Inactive'
  readonly createdMilliseconds: number
  /** When the status changed last; absent where it never did. */
  readonly changedMilliseconds?: number | undefined
  /** Which store key seals the secret. */
  readonly storeKeyId: string
  /** Base64: the secret, bound to the access key id. */
  readonly sealedSecret: string
}

export interface IamMfaDeviceRow {
  readonly createdMilliseconds: number
  /** Which store key seals the seed. */
  readonly storeKeyId: string
  /** Base64: the seed in base32, bound to the serial number. */
  readonly sealedSecret: string
  readonly tags?: TagPairs | undefined
  /** Absent: nobody's. */
  readonly holder?: MfaHolder | undefined
}

export interface MfaHolder {
  /** Of the user; the account's of its root user. */
  readonly id: string
  readonly enabledMilliseconds: number
  /** By how many steps of 30 seconds the clock of the device is ahead. */
  readonly driftSteps: number
}

/** What passwords of an account's users must be like. Absent members ask for nothing. */
export interface IamPasswordPolicyRow {
  readonly minimumCharacters: number
  readonly requiresSymbols?: boolean | undefined
  readonly requiresNumbers?: boolean | undefined
  readonly requiresUppercase?: boolean | undefined
  readonly requiresLowercase?: boolean | undefined
  readonly usersMayChange?: boolean | undefined
  readonly maximumAgeDays?: number | undefined
  /** So many of a user's passwords, the present one among them, are not taken again. */
  readonly reusePrevention?: number | undefined
  readonly hardExpiry?: boolean | undefined
}

/** That a user has a password. */
export interface IamLoginProfileRow {
  readonly createdMilliseconds: number
  readonly passwordSetMilliseconds: number
  readonly resetRequired: boolean
  readonly scrypt: ScryptSetting
  /** Base64: the password, and behind it earlier ones, as many as the policy asked for when it was set. */
  readonly digests: readonly string[]
}

/** RFC 7914. All of a user's passwords have the same, so that a new one is held against all with one computation. */
export interface ScryptSetting {
  /** Base64. */
  readonly salt: string
  readonly cost: number
  readonly blockSize: number
  readonly parallelization: number
}

/** An identity provider whose tokens an account trusts. */
export interface IamOidcProviderRow {
  readonly createdMilliseconds: number
  /** Clients of the provider whose tokens are taken. */
  readonly clientIds: readonly string[]
  /** SHA-1 of certificates in hexadecimal, as they were given. */
  readonly thumbprints: readonly string[]
  readonly tags?: TagPairs | undefined
}

/** The credential report of an account, or that it is being made. */
export interface IamCredentialReportRow {
  /** Under which its pieces stand; another one's are not this one's. */
  readonly id: string
  /** So many are written. */
  readonly pieces: number
  readonly writtenMilliseconds: number
  /** The moment that it tells of; absent while it is being made. */
  readonly generatedMilliseconds?: number | undefined
}

/** When and for what an access key, a role or a user's password was used last, up to a few minutes ago. */
export interface IamKeyUseRow {
  readonly atMilliseconds: number
  readonly service: string
  readonly region: string
}

/** Users by their ids, which are unique across accounts and never used again. */
export const iamUsers = defineTable<[userId: string], IamUserRow>(56, 'iamUsers')

/** Names in lower case are unique in an account. */
export const iamUserNames = defineTable<[accountId: string, lowerName: string], { readonly id: string }>(
  57,
  'iamUserNames',
)

/** In the order of listings: the path, and behind it the name in lower case. */
export const iamUserPaths = defineTable<[accountId: string, pathAndName: string], { readonly id: string }>(
  58,
  'iamUserPaths',
)

export const iamAccessKeys = defineTable<[accessKeyId: string], IamAccessKeyRow>(59, 'iamAccessKeys')

/** No row: never used. */
export const iamKeyUses = defineTable<[accessKeyOrRoleOrUserId: string], IamKeyUseRow>(60, 'iamKeyUses')

/** Groups by their ids, as users by theirs. */
export const iamGroups = defineTable<[groupId: string], IamGroupRow>(61, 'iamGroups')

export const iamGroupNames = defineTable<[accountId: string, lowerName: string], { readonly id: string }>(
  62,
  'iamGroupNames',
)

export const iamGroupPaths = defineTable<[accountId: string, pathAndName: string], { readonly id: string }>(
  63,
  'iamGroupPaths',
)

/** The same as `groupIds` of users, from the other side. */
export const iamGroupMembers = defineTable<[groupId: string, userId: string], Record<string, never>>(
  64,
  'iamGroupMembers',
)

/** Roles by their ids, as users by theirs. */
export const iamRoles = defineTable<[roleId: string], IamRoleRow>(65, 'iamRoles')

export const iamRoleNames = defineTable<[accountId: string, lowerName: string], { readonly id: string }>(
  66,
  'iamRoleNames',
)

export const iamRolePaths = defineTable<[accountId: string, pathAndName: string], { readonly id: string }>(
  67,
  'iamRolePaths',
)

/** Instance profiles by their ids, as users by theirs. */
export const iamInstanceProfiles = defineTable<[profileId: string], IamInstanceProfileRow>(
  113,
  'iamInstanceProfiles',
)

export const iamInstanceProfileNames = defineTable<
  [accountId: string, lowerName: string],
  { readonly id: string }
>(114, 'iamInstanceProfileNames')

export const iamInstanceProfilePaths = defineTable<
  [accountId: string, pathAndName: string],
  { readonly id: string }
>(115, 'iamInstanceProfilePaths')

/** The same as `roleId` of instance profiles, from the other side. */
export const iamRoleInstanceProfiles = defineTable<
  [roleId: string, lowerName: string],
  { readonly id: string }
>(116, 'iamRoleInstanceProfiles')

/**
 * The same as `attachedPolicies` and `boundary` of users, groups and roles, from the other side; before the id of whom a policy is the
 * boundary of stands `boundary:`.
 */
export const iamPolicyHolders = defineTable<
  [accountId: string, policyArn: string, holder: string],
  Record<string, never>
>(68, 'iamPolicyHolders')

/** In the order of listings: the path, and behind it the name. */
export const iamMfaDevices = defineTable<[accountId: string, pathAndName: string], IamMfaDeviceRow>(
  75,
  'iamMfaDevices',
)

/** Policies that an account manages itself: found by what their ARNs say. Names in lower case are unique in an account. */
export const iamPolicies = defineTable<[accountId: string, lowerName: string], IamPolicyRow>(
  70,
  'iamPolicies',
)

/** In the order of listings: the path, and behind it the name in lower case. */
export const iamPolicyPaths = defineTable<[accountId: string, pathAndName: string], Record<string, never>>(
  71,
  'iamPolicyPaths',
)

/** The documents of all versions that there are; the one that counts stands in the policy's row too, so that one read tells it. */
export const iamPolicyVersions = defineTable<
  [policyId: string, version: number],
  { readonly document: string }
>(72, 'iamPolicyVersions')

/** How many of an account have a policy, which may be one of AWS: the rows of `iamPolicyHolders`, counted. No row: none. */
export const iamPolicyUses = defineTable<[accountId: string, policyArn: string], IamPolicyUsesRow>(
  73,
  'iamPolicyUses',
)

/** No row: the default policy. */
export const iamPasswordPolicies = defineTable<[accountId: string], IamPasswordPolicyRow>(
  76,
  'iamPasswordPolicies',
)

/** Beside the users, so that no request reads it but those about passwords. */
export const iamLoginProfiles = defineTable<[userId: string], IamLoginProfileRow>(77, 'iamLoginProfiles')

/** An account's alias twice: by the account and by the alias, which no other account may have. */
export const iamAccountAliases = defineTable<
  [by: 'account' | 'alias', name: string],
  { readonly accountId: string; readonly alias: string }
>(74, 'iamAccountAliases')

/** By the issuer of their tokens, as it is spelt, without `https://`. */
export const iamOidcProviders = defineTable<[accountId: string, address: string], IamOidcProviderRow>(
  80,
  'iamOidcProviders',
)

/** One an account. */
export const iamCredentialReports = defineTable<[accountId: string], IamCredentialReportRow>(
  98,
  'iamCredentialReports',
)

/** Lines of a report, those of a hundred users at the most. */
export const iamCredentialReportPieces = defineTable<
  [accountId: string, reportId: string, number: number],
  { readonly text: string }
>(99, 'iamCredentialReportPieces')
