import * as z from 'zod'
import { ADDRESS_FORM, readAddress } from './listen-address.ts'
import { BUCKET_SETTINGS } from './bucket-settings.ts'
import { parseIpRange } from '../access/policy/ip-range.ts'
import type { ConfigInput } from './config.ts'
import { blobsSchema } from './blobs-schema.ts'
import { metadataSchema } from './metadata-schema.ts'
import { quotaSchema } from './quota-schema.ts'
import { ratesSchema } from './rates-schema.ts'
import { notificationsSchema } from './destination-schema.ts'
import { accessKeySchema } from './remote-access-schema.ts'
import { replicationSchema } from './replication-schema.ts'
import { auditLogSchema } from './audit-log-schema.ts'
import { aboveZero, expecting, expectingEngine, list, seconds, section, text } from './schema-parts.ts'

/*
 * The shape of the config file. A setting is added here only with the code that obeys it: whatever is not listed is a
 * mistake, so nobody believes in a setting that does nothing.
 */

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/

const mfaDevice = section(
  {
    serialNumber: text(/^\S{9,256}$/, '9 to 256 characters without spaces'),
    secret: text(/^[A-Z2-7]{26,}=*$/i, 'a secret of 16 bytes or more in base32', { secret: true }),
  },
  'an object { "serialNumber", "secret" }',
)

const account = section(
  {
    id: text(/^\d{12}$/, '12 digits in quotes, for example "100000000001"'),
    name: text(/^\S(.{0,126}\S)?$/, '1 to 128 characters without a space at either end'),
    displayName: text(/^.{1,256}$/, '1 to 256 characters on one line').optional(),
    email: text(/^[^\s@]+@[^\s@]+$/, 'an e-mail address, for example "main@example.com"').optional(),
    canonicalId: text(
      /^[0-9a-f]{64}$/,
      '64 lower-case hex digits; leave it out to have one derived from the account id',
    ).optional(),
    accessKeys: list(accessKeySchema, 'a list of access keys').optional(),
    mfaDevices: list(mfaDevice, 'a list of devices').optional(),
    quota: quotaSchema.optional(),
  },
  'an account: an object with at least "id" and "name"',
)

const newBuckets = section(
  {
    objectOwnership: z
      .enum(['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'], {
        error: expecting('"BucketOwnerEnforced", "BucketOwnerPreferred" or "ObjectWriter"'),
      })
      .optional(),
    blockPublicAccess: z.boolean({ error: expecting('true or false') }).optional(),
    blockCustomerKeys: z.boolean({ error: expecting('true or false') }).optional(),
  },
  'an object { "objectOwnership", "blockPublicAccess", "blockCustomerKeys" }',
)

const acl = section(
  {
    emailGrantees: z.boolean({ error: expecting('true or false') }).optional(),
    displayNames: z.boolean({ error: expecting('true or false') }).optional(),
  },
  'an object { "emailGrantees", "displayNames" }',
)

const className = text(
  /^[A-Z0-9][A-Z0-9_-]{0,63}$/,
  'a name of upper-case letters, digits, _ or -, for example "LUKEWARM"',
)

const storageClass = z.union(
  [
    className,
    section(
      {
        name: className,
        directory: text(/^.{1,4096}$/, 'a folder').optional(),
        compression: z.enum(['zstd', 'none'], { error: expecting('"zstd" or "none"') }).optional(),
      },
      'an object { "name", "directory", "compression" }',
    ),
  ],
  { error: expecting('a name like "LUKEWARM", or an object { "name", "directory", "compression" }') },
)

const scrub = section(
  { megabytesPerSecond: aboveZero.optional(), everyDays: aboveZero.optional() },
  'an object { "megabytesPerSecond", "everyDays" }',
)

const storage = section(
  { reserveMegabytes: aboveZero.optional(), commitTimeoutSeconds: seconds.optional() },
  'an object { "reserveMegabytes", "commitTimeoutSeconds" }',
)

const accessLogs = section(
  {
    deliverySeconds: seconds.optional(),
    saveSeconds: seconds.optional(),
    undeliveredMegabytes: aboveZero.optional(),
  },
  'an object { "deliverySeconds", "saveSeconds", "undeliveredMegabytes" }',
)

const listenAddress = z
  .string({ error: expecting(ADDRESS_FORM) })
  .refine((address) => readAddress(address) !== undefined, { error: expecting(ADDRESS_FORM) })

const upToTenThousand = z
  .int({ error: expecting('a whole number from 0 to 10,000') })
  .min(0)
  .max(10_000)

const metrics = section(
  {
    address: listenAddress.optional(),
    tokenFile: text(/^.{1,4096}$/, 'a file').optional(),
    buckets: upToTenThousand.optional(),
  },
  'an object { "address", "tokenFile", "buckets" }',
)

const limits = section(
  {
    documentMegabytes: z
      .number({ error: expecting('a number of 8 or more') })
      .min(8, { error: expecting('a number of 8 or more, which is the largest document') })
      .optional(),
    documentSeconds: seconds.optional(),
    leastBytesPerSecond: aboveZero.optional(),
  },
  'an object { "documentMegabytes", "documentSeconds", "leastBytesPerSecond" }',
)

const testing = section(
  {
    enabled: z.boolean({ error: expecting('true or false') }).optional(),
    dayLengthSeconds: seconds.optional(),
    processTimeoutSeconds: seconds.optional(),
    inventoryFileRows: aboveZero.optional(),
  },
  'an object { "enabled", "dayLengthSeconds", "processTimeoutSeconds", "inventoryFileRows" }',
)

const url = text(
  /^https?:\/\/[^\s/]+\/?$/,
  'a URL without a path, for example "https://vault.example.com:8200"',
)
const name = text(/^[^\s/]{1,256}$/, 'a name without spaces')

const keyManagement = z.discriminatedUnion(
  'engine',
  [
    section({ engine: z.literal('local') }, 'an object { "engine": "local" }'),
    section(
      {
        engine: z.literal('vault'),
        url,
        keyName: name,
        mount: text(/^[^\s/](\S{0,254}[^\s/])?$/, 'a path without a slash at either end').optional(),
        namespace: text(/^\S{1,256}$/, 'a namespace').optional(),
        roleId: name.optional(),
      },
      'an object { "engine": "vault", "url", "keyName", … }',
    ),
    section(
      {
        engine: z.literal('aws'),
        keyId: text(/^\S{1,2048}$/, 'a key id, ARN or alias'),
        region: name,
        endpoint: url.optional(),
      },
      'an object { "engine": "aws", "keyId", "region", … }',
    ),
  ],
  { error: expectingEngine('"local", "vault" or "aws"') },
)

const TRUSTED_PROXY_FORM = 'an address or a range like "10.1.2.0/24"'
const trustedProxy = z
  .string({ error: expecting(TRUSTED_PROXY_FORM) })
  .refine((text) => parseIpRange(text) !== undefined, { error: expecting(TRUSTED_PROXY_FORM) })
  .refine((text) => parseIpRange(text)?.prefixBits !== 0, {
    error: 'believes everybody whatever they say of themselves; name the proxies alone',
  })

const websites = z.record(
  z
    .string()
    .regex(HOST_NAME, 'expected a lower-case host name without a port, for example "www.example.com"'),
  text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket'),
  { error: expecting('an object of buckets by host name') },
)

const encryption = section(
  {
    requireTls: z
      .union([z.boolean(), z.literal('exceptLoopback')], {
        error: expecting('true, false or "exceptLoopback"'),
      })
      .optional(),
    keyManagement: keyManagement.optional(),
  },
  'an object { "requireTls", "keyManagement" }',
)

const kmsKey = section(
  {
    keyId: text(/^[\w-]{1,128}$/, '1 to 128 letters, digits, - and _, for example a UUID'),
    accountId: text(/^\d{12}$/, '12 digits in quotes, for example "100000000001"'),
    material: text(/^[A-Za-z0-9+/]{43}=$/, 'base64 of 32 bytes', { secret: true }),
  },
  'an object { "keyId", "accountId", "material" }',
)

const bucketName = text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket')

/** What stands in them is checked by the operations that put them, at the start. */
const bucketSettings = Object.fromEntries(
  Object.entries(BUCKET_SETTINGS).map(([setting, { put, member }]) => [
    setting,
    z.looseObject({}, { error: expecting(`an object, the ${member} that ${put} takes`) }).optional(),
  ]),
)

const bucketObject = z.looseObject(
  {
    Key: z.string({ error: expecting('a key') }),
    Body: z.union([z.string(), z.instanceof(Uint8Array)], { error: expecting('text') }).optional(),
    file: text(/^.{1,4096}$/, 'a file').optional(),
  },
  { error: expecting('an object { "Key", "Body", … } as PutObject takes it') },
)

const bucket = z.union(
  [
    bucketName,
    section(
      {
        name: bucketName,
        account: text(/^\d{12}$/, '12 digits in quotes').optional(),
        ...bucketSettings,
        policy: z.union([z.string(), z.looseObject({})], { error: expecting('a policy') }).optional(),
        quota: quotaSchema.optional(),
        objects: list(bucketObject, 'a list of objects').optional(),
      },
      'an object { "name", … }',
    ),
  ],
  { error: expecting('the name of a bucket, or an object { "name", … }') },
)

const consoleProvider = section(
  {
    id: text(
      /^(?!(?:done|collect)$)[a-z0-9][a-z0-9-]{0,31}$/,
      '1 to 32 lower-case letters, digits and hyphens, but not "done" or "collect"',
    ),
    name: text(/^\S(.{0,62}\S)?$/, '1 to 64 characters without a space at either end').optional(),
    issuer: text(
      /^https:\/\/[^\s/@?#]+(\/[^\s?#]*)?$/,
      'the issuer of its tokens, for example "https://login.example.com/realms/main"',
    ),
    clientId: text(/^[\x21-\x7e]{1,255}$/, 'the id that the provider gave'),
    clientSecret: text(/^[\x21-\x7e]{1,1024}$/, 'the secret that the provider gave', { secret: true }),
    roleArn: text(/^arn:aws:iam::\d{12}:role\/[\x21-\x7e]{1,576}$/, 'the ARN of a role'),
    scopes: list(text(/^[\x21-\x7e]{1,128}$/, 'a scope'), 'a list of scopes').optional(),
  },
  'an object { "id", "name", "issuer", "clientId", "clientSecret", "roleArn", "scopes" }',
)

const consoleSection = section(
  {
    enabled: z.boolean({ error: expecting('true or false') }).optional(),
    address: listenAddress.optional(),
    url: url.optional(),
    providers: list(consoleProvider, 'a list of providers')
      .refine((providers) => new Set(providers.map(({ id }) => id)).size === providers.length, {
        error: 'two providers have the same id',
      })
      .optional(),
  },
  'an object { "enabled", "address", "url", "providers" }',
)

export const configSchema: z.ZodType<ConfigInput> = section(
  {
    region: text(/^[a-z0-9][a-z0-9-]{0,62}$/, 'a region name, for example "us-east-1"').optional(),
    signatureVersion2: z.boolean({ error: expecting('true or false') }).optional(),
    accounts: z
      .array(account, { error: expecting('a list of accounts') })
      .min(1, { error: 'expected at least one account; without any, nobody could send a request' }),
    storageClasses: list(storageClass, 'a list of names or objects').optional(),
    newBuckets: newBuckets.optional(),
    acl: acl.optional(),
    scrub: scrub.optional(),
    metadata: metadataSchema.optional(),
    blobs: blobsSchema.optional(),
    storage: storage.optional(),
    accessLogs: accessLogs.optional(),
    auditLog: auditLogSchema.optional(),
    metrics: metrics.optional(),
    limits: limits.optional(),
    rates: ratesSchema.optional(),
    testing: testing.optional(),
    domains: list(
      text(HOST_NAME, 'a lower-case host name without a port, for example "s3.localhost"'),
      'a list of host names',
    ).optional(),
    trustedProxies: list(trustedProxy, 'a list of addresses').optional(),
    websites: websites.optional(),
    encryption: encryption.optional(),
    kmsKeys: list(kmsKey, 'a list of keys').optional(),
    notifications: notificationsSchema.optional(),
    replication: replicationSchema.optional(),
    privateIdentityProviders: list(
      text(
        /^https:\/\/[^\s/@?#]+(\/[^\s?#]*)?$/,
        'the issuer of its tokens, for example "https://ci.example.com:8443/realms/main"',
      ),
      'a list of URLs',
    ).optional(),
    console: consoleSection.optional(),
    buckets: list(bucket, 'a list of buckets').optional(),
  },
  'an object { "region", "accounts", … }',
)
