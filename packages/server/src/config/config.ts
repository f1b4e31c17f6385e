import type { NotificationSettings } from './destination-config.ts'
import type { WebhookConfig } from './webhook-config.ts'
import { createHash } from 'node:crypto'
import type { AccessKey, AccountOfConfig, MfaDevice } from '../access/accounts.ts'
import { completeConsole, type ConsoleConfig, type ConsoleInput } from './console-config.ts'
import type { BlobsConfig } from './blobs-config.ts'
import type { BucketInput } from './bucket-settings.ts'
import type { MetadataConfig } from './metadata-config.ts'
import type { QuotaInput } from './quota-schema.ts'
import type { RatesConfig } from './rates-config.ts'
import type { RemoteBucketConfig, ReplicationSettings } from './replication-config.ts'

export type ObjectOwnership = 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter'

/** What a bucket gets whose creator asks for nothing else. */
export interface NewBuckets {
  readonly objectOwnership: ObjectOwnership
  /** All four settings of S3's public access block. */
  readonly blockPublicAccess: boolean
  /** Whether uploads with keys of the client (SSE-C) are blocked, as on S3 since April 2026. Off, as it was before. */
  readonly blockCustomerKeys: boolean
}

/** Never for production: the server says so loudly. */
export interface TestingSettings {
  /** How long a lifecycle day lasts. */
  readonly dayLengthSeconds: number
  /** How long a process that says nothing counts as alive. */
  readonly processTimeoutSeconds?: number | undefined
  /** Rows of one file of an inventory report. */
  readonly inventoryFileRows?: number | undefined
}

/** A class whose bytes are kept in a place or a form of their own. */
export interface StorageClassConfig {
  /** One of S3's or one's own. */
  readonly name: string
  /** A folder, on another disk for example; a relative one lies in the data folder. Default: with all others. */
  readonly directory?: string | undefined
  readonly compression?: 'zstd' | 'none' | undefined
}

/** How the scrubber reads what is stored, again and again. */
export interface ScrubConfig {
  readonly megabytesPerSecond: number
  /** From the beginning of one pass to that of the next. */
  readonly everyDays: number
}

const DEFAULT_SCRUB: ScrubConfig = { megabytesPerSecond: 10, everyDays: 30 }

/** How the disks are treated. */
export interface StorageConfig {
  /** Kept free on each file system. Default: the larger of 64 MiB and 1 %, at most 1 GiB. */
  readonly reserveMegabytes?: number | undefined
  /** After so long without an answer to a commit the process ends itself. */
  readonly commitTimeoutSeconds: number
}

const DEFAULT_COMMIT_TIMEOUT_SECONDS = 60

/** How the records of requests become log objects. */
export interface AccessLogConfig {
  /** How old records get before they are delivered. */
  readonly deliverySeconds: number
  /** How often they are written to disk: what a process that is killed loses. */
  readonly saveSeconds: number
  /** What is kept of one bucket's records that its target does not take. */
  readonly undeliveredMegabytes: number
}

const DEFAULT_ACCESS_LOGS: AccessLogConfig = {
  deliverySeconds: 300,
  saveSeconds: 1,
  undeliveredMegabytes: 64,
}

/** Where every request is told of. */
export interface AuditLogConfig {
  /** A relative one lies in the data folder. */
  readonly directory: string
  /** Whether requests are refused while they cannot be told of. */
  readonly isRequired: boolean
  readonly rotateMegabytes: number
  readonly keepDays: number
  /** Where the records are posted besides; absent: nowhere. */
  readonly webhook?: Omit<WebhookConfig, 'accounts'> | undefined
}

/** Who gets to see `/-/metrics`. */
export interface MetricsConfig {
  /** HOST:PORT. Default: with S3's. */
  readonly address?: string | undefined
  /** What a bearer token has to be is the content of this file; a relative path lies in the data folder. */
  readonly tokenFile?: string | undefined
  /** How many buckets, the largest, have metrics of their own. Default: 100, and 0 where anybody may read them. */
  readonly buckets?: number | undefined
}

/** What those who send slowly, or much at once, may take of a process. */
export interface LimitsConfig {
  /** What the documents of all requests together may take of the memory. */
  readonly documentMegabytes: number
  /** How long a document is waited for, all in all. */
  readonly documentSeconds: number
  /** What a body has to bring for each second that it is waited for, after the first minute. */
  readonly leastBytesPerSecond: number
}

export const DEFAULT_LIMITS: LimitsConfig = {
  documentMegabytes: 64,
  documentSeconds: 120,
  leastBytesPerSecond: 512,
}

/** What S3 has withdrawn: e-mail grantees in October and display names in November 2025. On, as it was before. */
export interface AclSettings {
  /** Whether grantees may be named by their e-mail address. */
  readonly emailGrantees: boolean
  /** Whether answers name accounts by their display name too. */
  readonly displayNames: boolean
}

/** Everything the server is told by its config file, with every default filled in and every rule checked. */
export interface Config {
  readonly region: string
  /** Whether requests may be signed with Signature Version 2, which old clients and some presigned URLs need. */
  readonly signatureVersion2: boolean
  readonly accounts: readonly ConfiguredAccount[]
  /** Storage classes accepted besides S3's own, and where the bytes of a class are kept. */
  readonly storageClasses: readonly (string | StorageClassConfig)[]
  readonly newBuckets: NewBuckets
  readonly acl: AclSettings
  readonly scrub: ScrubConfig
  readonly metadata: MetadataConfig
  readonly blobs: BlobsConfig
  readonly storage: StorageConfig
  readonly accessLogs: AccessLogConfig
  /** `undefined`: requests are not told of. */
  readonly auditLog: AuditLogConfig | undefined
  readonly metrics: MetricsConfig
  readonly limits: LimitsConfig
  /** `undefined`: anybody may ask for anything. */
  readonly rates: RatesConfig | undefined
  /** What shortens time for tests; `undefined` in earnest. */
  readonly testing: TestingSettings | undefined
  /** Host names under which buckets are addressed virtual-host style: `bucket.<domain>`. */
  readonly domains: readonly string[]
  /** Addresses and CIDR ranges of the proxies that are believed what they say of their clients. */
  readonly trustedProxies: readonly string[]
  /** Buckets by host names under which their websites are served too. */
  readonly websites: Readonly<Record<string, string>>
  /** Keys of the key service whose material stands in the config. */
  readonly kmsKeys: readonly ConfiguredKey[]
  readonly encryption: EncryptionSettings
  readonly notifications: NotificationSettings
  readonly replication: ReplicationSettings
  /** Issuers of tokens that may be at private addresses and at a port of their own. */
  readonly privateIdentityProviders: readonly string[]
  readonly console: ConsoleConfig
  /** What every start sees to that there is. */
  readonly buckets: readonly BucketInput[]
}

export interface EncryptionSettings {
  /** Whether requests with keys of the key service, or of the client's own, must come over TLS. */
  readonly requireTls: boolean | 'exceptLoopback'
  readonly keyManagement: KeyManagementSettings
}

/** Where the root key lives. Secrets of the services come from the environment. */
export type KeyManagementSettings =
  | { readonly engine: 'local' }
  | {
      readonly engine: 'vault'
      readonly url: string
      readonly keyName: string
      readonly mount?: string | undefined
      readonly namespace?: string | undefined
      /** Logs in by AppRole; without it by a token. */
      readonly roleId?: string | undefined
    }
  | {
      readonly engine: 'aws'
      readonly keyId: string
      readonly region: string
      readonly endpoint?: string | undefined
    }

export interface ConfiguredKey {
  readonly keyId: string
  readonly accountId: string
  /** 32 bytes in base64. */
  readonly material: string
}

/** An account and what the config says besides who it is. */
export interface ConfiguredAccount extends AccountOfConfig {
  /** Of all its buckets together. */
  readonly quota?: QuotaInput | undefined
}

/** An account as it is written down: what may be left out is optional. */
export interface AccountInput {
  readonly id: string
  readonly name: string
  /** Default: `name`. */
  readonly displayName?: string | undefined
  readonly email?: string | undefined
  /** Default: {@link canonicalIdOf} the account id. */
  readonly canonicalId?: string | undefined
  readonly accessKeys?: readonly AccessKey[] | undefined
  readonly mfaDevices?: readonly MfaDevice[] | undefined
  readonly quota?: QuotaInput | undefined
}

/** A config as it is written down. */
export interface ConfigInput {
  readonly region?: string | undefined
  readonly signatureVersion2?: boolean | undefined
  readonly accounts?: readonly AccountInput[] | undefined
  readonly storageClasses?: readonly (string | StorageClassConfig)[] | undefined
  readonly newBuckets?:
    | Partial<{ readonly [Key in keyof NewBuckets]: NewBuckets[Key] | undefined }>
    | undefined
  readonly acl?: Partial<{ readonly [Key in keyof AclSettings]: AclSettings[Key] | undefined }> | undefined
  readonly scrub?: Partial<{ readonly [Key in keyof ScrubConfig]: ScrubConfig[Key] | undefined }> | undefined
  readonly metadata?: MetadataConfig | undefined
  readonly blobs?: BlobsConfig | undefined
  readonly storage?: { readonly [Key in keyof StorageConfig]?: StorageConfig[Key] | undefined } | undefined
  readonly accessLogs?:
    | Partial<{ readonly [Key in keyof AccessLogConfig]: AccessLogConfig[Key] | undefined }>
    | undefined
  readonly auditLog?:
    | (Partial<{ readonly [Key in keyof AuditLogConfig]: AuditLogConfig[Key] | undefined }> &
        Pick<AuditLogConfig, 'directory'>)
    | undefined
  readonly metrics?: MetricsConfig | undefined
  readonly limits?:
    | Partial<{ readonly [Key in keyof LimitsConfig]: LimitsConfig[Key] | undefined }>
    | undefined
  readonly rates?: RatesConfig | undefined
  readonly testing?:
    | {
        readonly enabled?: boolean | undefined
        readonly dayLengthSeconds?: number | undefined
        readonly processTimeoutSeconds?: number | undefined
        readonly inventoryFileRows?: number | undefined
      }
    | undefined
  readonly domains?: readonly string[] | undefined
  readonly trustedProxies?: readonly string[] | undefined
  readonly websites?: Readonly<Record<string, string>> | undefined
  readonly encryption?:
    | {
        readonly requireTls?: EncryptionSettings['requireTls'] | undefined
        readonly keyManagement?: KeyManagementSettings | undefined
      }
    | undefined
  readonly kmsKeys?: readonly ConfiguredKey[] | undefined
  readonly notifications?:
    | { readonly [Key in keyof NotificationSettings]?: NotificationSettings[Key] | undefined }
    | undefined
  readonly replication?: { readonly destinations?: readonly RemoteBucketConfig[] | undefined } | undefined
  readonly privateIdentityProviders?: readonly string[] | undefined
  readonly console?: ConsoleInput | undefined
  /** Buckets with their settings and objects; a name alone is a bucket without any. */
  readonly buckets?: readonly (string | BucketInput)[] | undefined
}

const DEFAULT_REGION = 'us-east-1'

/** S3's own defaults for buckets made since April 2023. */
const DEFAULT_NEW_BUCKETS: NewBuckets = {
  objectOwnership: 'BucketOwnerEnforced',
  blockPublicAccess: true,
  blockCustomerKeys: false,
}

/** Fills in the defaults. Checks nothing: a config from outside goes through `parseConfig` first. */
export function completeConfig(input: ConfigInput): Config {
  return {
    region: input.region ?? DEFAULT_REGION,
    signatureVersion2: input.signatureVersion2 ?? true,
    accounts: (input.accounts ?? []).map(completeAccount),
    storageClasses: input.storageClasses ?? [],
    newBuckets: {
      objectOwnership: input.newBuckets?.objectOwnership ?? DEFAULT_NEW_BUCKETS.objectOwnership,
      blockPublicAccess: input.newBuckets?.blockPublicAccess ?? DEFAULT_NEW_BUCKETS.blockPublicAccess,
      blockCustomerKeys: input.newBuckets?.blockCustomerKeys ?? DEFAULT_NEW_BUCKETS.blockCustomerKeys,
    },
    acl: {
      emailGrantees: input.acl?.emailGrantees ?? true,
      displayNames: input.acl?.displayNames ?? true,
    },
    scrub: {
      megabytesPerSecond: input.scrub?.megabytesPerSecond ?? DEFAULT_SCRUB.megabytesPerSecond,
      everyDays: input.scrub?.everyDays ?? DEFAULT_SCRUB.everyDays,
    },
    metadata: input.metadata ?? { engine: 'lmdb' },
    blobs: input.blobs ?? { engine: 'files' },
    storage: {
      reserveMegabytes: input.storage?.reserveMegabytes,
      commitTimeoutSeconds: input.storage?.commitTimeoutSeconds ?? DEFAULT_COMMIT_TIMEOUT_SECONDS,
    },
    accessLogs: {
      deliverySeconds: input.accessLogs?.deliverySeconds ?? DEFAULT_ACCESS_LOGS.deliverySeconds,
      saveSeconds: input.accessLogs?.saveSeconds ?? DEFAULT_ACCESS_LOGS.saveSeconds,
      undeliveredMegabytes:
        input.accessLogs?.undeliveredMegabytes ?? DEFAULT_ACCESS_LOGS.undeliveredMegabytes,
    },
    auditLog: input.auditLog && {
      directory: input.auditLog.directory,
      isRequired: input.auditLog.isRequired ?? false,
      rotateMegabytes: input.auditLog.rotateMegabytes ?? 100,
      keepDays: input.auditLog.keepDays ?? 90,
      ...(input.auditLog.webhook && { webhook: input.auditLog.webhook }),
    },
    metrics: input.metrics ?? {},
    limits: {
      documentMegabytes: input.limits?.documentMegabytes ?? DEFAULT_LIMITS.documentMegabytes,
      documentSeconds: input.limits?.documentSeconds ?? DEFAULT_LIMITS.documentSeconds,
      leastBytesPerSecond: input.limits?.leastBytesPerSecond ?? DEFAULT_LIMITS.leastBytesPerSecond,
    },
    rates: input.rates,
    testing: input.testing?.enabled
      ? {
          dayLengthSeconds: input.testing.dayLengthSeconds ?? 86_400,
          processTimeoutSeconds: input.testing.processTimeoutSeconds,
          inventoryFileRows: input.testing.inventoryFileRows,
        }
      : undefined,
    domains: input.domains ?? [],
    trustedProxies: input.trustedProxies ?? [],
    websites: input.websites ?? {},
    encryption: {
      requireTls: input.encryption?.requireTls ?? 'exceptLoopback',
      keyManagement: input.encryption?.keyManagement ?? { engine: 'local' },
    },
    kmsKeys: input.kmsKeys ?? [],
    notifications: {
      destinations: input.notifications?.destinations ?? [],
      eventBridge: input.notifications?.eventBridge,
    },
    replication: { destinations: input.replication?.destinations ?? [] },
    privateIdentityProviders: input.privateIdentityProviders ?? [],
    console: completeConsole(input.console),
    buckets: (input.buckets ?? []).map((bucket) => (typeof bucket === 'string' ? { name: bucket } : bucket)),
  }
}

export function completeAccount(input: AccountInput): ConfiguredAccount {
  return {
    id: input.id,
    name: input.name,
    displayName: input.displayName ?? input.name,
    email: input.email,
    canonicalId: input.canonicalId ?? canonicalIdOf(input.id),
    accessKeys: input.accessKeys ?? [],
    ...(input.mfaDevices && { mfaDevices: input.mfaDevices }),
    ...(input.quota && { quota: input.quota }),
  }
}

/** The canonical id of an account that names none: the same on every start and every machine. */
export function canonicalIdOf(accountId: string): string {
  return createHash('sha256').update(accountId).digest('hex')
}
