/** Writes docs/compatibility.md from the registry of operations and the conformance tests that exist. */
import type { DirectoryRule } from '../packages/server/src/access/access-rule.ts'
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { iamOperations } from '../packages/server/src/iam/iam-operations.ts'
import { iamModel, stsModel } from '../packages/server/src/model/query-apis.ts'
import { controlOperationNames, operationNames } from '../packages/server/src/model/operation-names.gen.ts'
import { stsOperations, unsignedStsOperations } from '../packages/server/src/sts/sts-operations.ts'
import { findOperation } from '../packages/server/src/s3/s3-operations.ts'
import { unsupported } from '../packages/server/src/s3/unsupported-operations.ts'

const CONFORMANCE = fileURLToPath(new URL('../tests/conformance', import.meta.url))

/** Conformance files by the operation they are named after. */
function conformanceFiles(): Map<string, string> {
  const files = new Map<string, string>()
  if (!existsSync(CONFORMANCE)) return files
  for (const path of readdirSync(CONFORMANCE, { recursive: true, encoding: 'utf8' }).toSorted()) {
    const name = /(?:^|\/)([A-Z]\w+)\.test\.ts$/.exec(path)?.[1]
    if (name !== undefined) files.set(name, path)
  }
  return files
}

const reasons: Readonly<Record<string, string>> = unsupported

function tableRow(name: (typeof operationNames)[number], files: ReadonlyMap<string, string>): string {
  const operation = findOperation(name)
  const path = files.get(name)
  const test = path === undefined ? '' : `[${path}](../tests/conformance/${path})`
  const support = operation ? 'yes' : `no (501): ${reasons[name] ?? ''}`
  return `| ${name} | ${support} | ${operation?.access.action ?? ''} | ${test} |`
}

interface NamedPermission {
  readonly action: string | undefined
}

/** What stands of IAM or STS. */
function serviceSection(
  title: string,
  names: readonly string[],
  operations: ReadonlyMap<string, NamedPermission>,
  files: ReadonlyMap<string, string>,
): string[] {
  const rows = names.map((name) => {
    const operation = operations.get(name)
    const path = files.get(name)
    const test = path === undefined ? '' : `[${path}](../tests/conformance/${path})`
    return `| ${name} | ${operation ? 'yes' : 'no (501)'} | ${operation?.action ?? ''} | ${test} |`
  })
  return [
    `## ${title}`,
    '',
    `Of its ${names.length} operations ${operations.size} are supported; all others answer \`501 NotImplemented\`.`,
    '',
    '| operation | supported | permission | tests |',
    '|---|---|---|---|',
    ...rows,
    '',
  ]
}

/** What takes directory buckets, and what it asks for there. */
function directorySection(): string[] {
  const rows = [...operationNames, ...controlOperationNames].flatMap((name) => {
    const rule = DIRECTORY_RULES[name] ?? findOperation(name)?.access.directory
    if (!rule) return []
    const session = rule.mode === undefined ? '' : rule.refusesSessions ? 'no' : rule.mode
    return [`| ${name} | ${rule.action} | ${session} |`]
  })
  return [
    '## Directory buckets',
    '',
    `These ${rows.length} operations take directory buckets ([directory-buckets.md](directory-buckets.md)); there all others answer`,
    '`501 NotImplemented`, and so do headers that AWS does not take there.',
    '',
    '| operation | permission | session that is enough |',
    '|---|---|---|',
    ...rows,
    '',
  ]
}

/** Of operations that find what they are about by an ARN. */
const DIRECTORY_RULES: Readonly<Partial<Record<string, DirectoryRule>>> = {
  ListTagsForResource: { action: 's3express:ListTagsForResource' },
  TagResource: { action: 's3express:TagResource' },
  UntagResource: { action: 's3express:UntagResource' },
}

/** Operations that S3's model lacks. */
const UNMODELLED = [
  ['PostObject', 'browser forms', findOperation('PutObject')?.access.action],
  ['OptionsObject', 'CORS preflights', undefined],
] as const

function unmodelledRow(
  [name, what, permission]: (typeof UNMODELLED)[number],
  path: string | undefined,
): string {
  const test = path === undefined ? '' : `[${path}](../tests/conformance/${path})`
  return `| ${name} (${what}) | yes | ${permission ?? ''} | ${test} |`
}

/** What the table cannot say. */
const NOTES = [
  `- **Replication** goes to buckets of this server, and to those elsewhere that the config names ([replication.md](replication.md)); another
  destination is refused with InvalidRequest, and so is one of this server that has no versioning. It is done as the role of the configuration, which has to trust \`s3.amazonaws.com\`, and whoever puts
  the configuration needs \`iam:PassRole\` on it. A replica has the id of its version, but in
  stores elsewhere that are no Holdfast. By rules with S3 Replication Time Control
  what waits for more than 15 minutes is told (\`OperationMissedThreshold\`), and that it came after all (\`OperationReplicatedAfterThreshold\`); nothing else
  is promised by it. Rules with metrics have gauges in \`/-/metrics\`, in place of CloudWatch, and tell what failed; \`OperationNotTracked\` never happens. A version that cannot be replicated is
  FAILED at once where a setting or a permission stands against it, with its reason in the log; what the disk does not
  take waits, in the order of its key, and so does what a bucket elsewhere does not take, for a day. Objects under keys of the store are replicated under them, whatever the default
  encryption of the destination is; those under keys of the key service by rules alone that name a key for them, and
  without their parts. Null versions are not replicated, nor is what lies in an archive. A retention is lengthened by replication, and never taken away. A replica is
  under the event hold of the object; released there, it is kept here from the arrival of the release on.`,
  '- **Event holds** (variable retention, of S3 since September 2026): what AWS says of them is enforced, in headers, documents, defaults of buckets, policies, replication and jobs.',
  '  What it leaves open: a date alone leaves a hold that is on as it is; a hold that is turned on keeps the date that was there, unless another is said; a shorter duration is a shorter retention,',
  '  which takes the bypass in governance mode and is refused in compliance mode; to release a hold takes `s3:PutObjectRetention` alone, and its mode may be left out.',
  '- **A plus in a path** is a space, as in S3, and as in `x-amz-copy-source` and in queries; the key `a+b` has the path',
  '  `/a%2Bb`, which all SDKs send. MinIO reads a plus as it is. A path with a plus is signed with `%20` in its place or as it',
  '  is sent. Signed with `%2B` it is refused, as S3 does: a presigned URL of `a+b` would else be one of `a b` too.',
  '- **Multipart uploads** that were begun with versioning make the version whose id they were given, though versioning is suspended since: S3 says that the configuration of',
  '  a bucket at the beginning counts for the rest of an upload. Those of before versioning was enabled make versions too, and no null versions: these would take the place of what versioning is to keep.',
  '  Blocked keys of the client (`BlockedEncryptionTypes`) are refused in uploads that were begun before, too.',
  '- **Annotations** are replicated each by itself when it is put, to buckets of this server and of another Holdfast, and with its version where that is replicated,',
  '  by a role with `s3:GetObjectVersionAnnotationForReplication`; `s3:ReplicateObject` covers them at the destination, where a policy may deny `s3:ReplicateObjectAnnotation`. Without either',
  '  the annotations alone are FAILED. Of two of one name the later one stays. Deletions go nowhere. Stores elsewhere that are no Holdfast are sent none.',
  '  Inventories leave them behind, and EventBridge is not told of them. One that replaces another of',
  '  a locked version needs what its deletion does: what is replaced is gone for good. UpdateObjectEncryption brings them',
  '  under the key of their object. A copy under a key of the client fails where its source has any, unless',
  '  they are excluded. Their bytes count for quotas as those of objects. What AWS leaves open: their sizes are refused with InvalidRequest, changes during a copy with SlowDown.',
  '- **S3 Control**: an account has the public access block that its three operations set for it; in S3 Control they have the',
  '  names of those for buckets. TagResource and its like are about buckets and access points: nothing else has such tags here.',
  `- **Directory buckets**, where AWS leaves it open or SDKs ask for more: operations on the bucket itself take the credentials of a session too, as SDKs with an
  endpoint of their own sign them; the policies of whoever holds it decide. CreateSession for a bucket that is not there gives whoever may create it a session, where AWS
  says NoSuchBucket. HeadBucket takes a session, which SDKs send. What a general purpose bucket does not have is 405 MethodNotAllowed. \`x-amz-rename-source\` is a key, with its bucket in front or without. An append keeps what the
  object says of itself and its checksum's algorithm; one of no bytes changes the ETag alone. A write to another object of the same length between an append and its commit is
  409 OperationAborted. Keys are listed in order, and a page of ListObjectsV2 ends behind 50,000 open uploads that are in no common prefix; zones are names, and any is good. The encryption context is bound as \`arn:aws:s3:::BUCKET\`. Left out: access points and their scopes, inventories, and \`s3express:AllAccessRestrictedToLocalZoneGroup\`, which is always absent.`,
  `- **Access points** answer at \`NAME-ACCOUNT.DOMAIN\`, which is where SDKs with an endpoint of their own look for an ARN, at
  \`NAME-ACCOUNT.s3-accesspoint.REGION.DOMAIN\`, and by alias or ARN in the place of a bucket in every path; S3 has no paths for
  them. There are none of a VPC (501), no scopes (501), and all come from \`Internet\`. They need no HTTPS. What they
  do not take is 405 MethodNotAllowed; the alias of none is 404 NoSuchAccessPoint. An access point has to let a request in by its own
  ARN, and its bucket by its: a user's policy that names the access point alone gets in where the bucket's policy
  delegates, as S3 recommends it. A denial of either ARN is one. Of another account anybody may make an access point to a bucket, which
  gives nothing that the bucket's policy does not, and does not keep the bucket from being deleted. \`s3:AccessPointTag\` is there for requests
  through an access point and for those about it, \`aws:ResourceTag\` of an access point for the latter alone.`,
  `- **Batch operations** do copies, tags, ACLs, legal holds, retention, restorations, replication, checksums and encryption, and call functions.
  The functions are those of \`notifications.destinations\`, which say in place of a function's policy whose jobs may call them; the role needs \`lambda:InvokeFunction\`. Sixteen tasks are called for at once, one in a call as S3 does. One that fails for now is called for again after 1, 2, 4 and 8 s, then it is
  failed; AWS does not tell how often it does. A function may take 15 minutes, after which its task has failed for good, return 1 MiB, and tell the report 1,024 characters. Keys have \`%20\` for a space.
  A computed checksum takes \`s3:GetObject\` of the role and is no access to the object; a composite one of an object that did not come in parts is that of one part. It is not in access
  logs by itself. A generated manifest that is written out is \`PREFIX/job-ID/generated-manifest/manifest.json\`, with Bucket, Key and VersionId; one that would name nothing fails its job with \`InvalidManifestContent\`, as on S3.
  A generated manifest has the newest objects, of jobs that replicate all versions; its role needs \`s3:PutInventoryConfiguration\`, as in AWS's
  examples, and \`s3:GetReplicationConfiguration\` where it asks what is eligible. Each task is done at least once:
  after a crash those 50 that were under way are done again. A job that nobody may read the manifest or write the report of is Failed, with S3's code as
  FailureCode; so is one of 1,000 tasks and more of which more than half failed. One that was cancelled is Cancelled all the same. Reports have one file for each outcome. Accounts have their turns;
  priorities count among the jobs of one. What AWS leaves open: an account has 1,000 jobs that have not ended (then \`TooManyRequestsException\`),
  and a job 10,000,000 tasks and 8 GiB of manifest, unpacked. Replication by a job tells S3's failure reasons as error codes, with status 500 as S3 does;
  a replica that was deleted by its id is made again, where S3 has \`DstObjectHardDeleted\`.`,
  '- **Attribute-based access**: `aws:ResourceTag` and `s3:BucketTag` are there for the bucket and its objects, once PutBucketAbac has',
  '  enabled it. PutBucketTagging and DeleteBucketTagging answer 405 MethodNotAllowed then; AWS does not say what they do.',
  '- **Transfer acceleration**: while it is enabled, `bucket.s3-accelerate.DOMAIN` and `bucket.s3-accelerate.dualstack.DOMAIN` answer',
  '  too, no faster than the others. Buckets with these names have them in paths alone.',
  '- **Errors of ours**: over a [quota](operations.md#metrics) a request is 403 `QuotaExceeded`; S3 knows no quotas, and the code is that of',
  "  Ceph's RADOS gateway. 503 `SlowDown` is S3's own: it answers who is over `rates` of the config, with `Retry-After`, and whom there is no",
  '  room for at the moment. SDKs send that again, and a `QuotaExceeded` they do not.',
  '- **Inventory**: CSV and Parquet; ORC is refused with 501, since nothing maintained writes it, and whatever reads it reads Parquet.',
  '  The first report comes within a quarter of an hour, the others after midnight UTC. A destination that is not there, or of another account',
  '  than the `AccountId` that is named, is refused with InvalidArgument when the configuration is put. Reports belong to the owner',
  '  of the destination. What AWS leaves open: a bucket key is told as `DISABLED` of all objects without one; `ObjectLockEventHoldStatus` is `On` or',
  '  `Off` and the duration `90 days` or `2 years`; `IntelligentTieringReferenceDate` is the last access, from',
  '  which the days until the next tier are counted; the expiration of a noncurrent version is the time when the rule that comes first deletes it ([inventory.md](inventory.md)).',
  '- **Storage class analysis** is made and exported as S3 documents it. Whose rules AWS does not publish are ours: the file is `PREFIX/BUCKET/ID.csv`, written anew every day with the records of 400 days; the filter is told as',
  '  `Prefix=logs/;Tag:class=blue`; a MB is 1,048,576 bytes. `CumulativeAccessRatio` is what was read in the last 30 days of objects of an age group and those that are older, for each byte of them that was there on',
  '  average. `ObjectAgeForSIATransition` comes after 30 days of observation: where the youngest age group begins from which on the ratio stays below 1, so that objects are read less than',
  '  once in 30 days. `RecommendedObjectAgeForSIATransition` is that once it was the same in 7 records in a row, and 30 at the least. Newest versions alone are analyzed. A destination that is',
  '  not there, or of another account than `BucketAccountId`, is refused with InvalidArgument when the configuration is put. The console has the configurations, and no graphs ([storage-class-analysis.md](storage-class-analysis.md)).',
  `- **S3 Select** ([select.md](select.md)), where AWS leaves it open: fields of CSV have no type, and are taken as a number, a boolean or a timestamp where they meet one
  and read as one. An empty field is an empty text and not NULL; one beyond the end of its row is MISSING, and \`MISSING IS NULL\` is true. Empty lines are no records, and blanks behind a closing quote are passed over. Values
  of different types are neither equal nor in an order; arithmetic with a text that is typed is \`UnsupportedSqlOperation\`, with a field that is no number
  \`CastFailed\`, division by zero \`ExternalEvalException\`. A literal with an exponent is a float, a symbol of Ion a text. \`JSON\` without \`Type\` is a document. A name that a path of \`FROM\` finds twice in one
  object is \`AmbiguousFieldName\`. What is nested is JSON in a field of CSV. Repeated fields of Parquet are given whole, where S3 gives the last value;
  what is null in it is MISSING, which JSON leaves out, as on S3. Times in its INT96 are timestamps. A column whose header is empty is called by its position. Of three
  examples of the guide that contradict it the text counts: \`DATE_DIFF(year, …)\` of one year is 0, timestamps have one offset, texts stand in single quotes. A column that the header lacks is
  \`MissingHeaders\`, as S3 answers, where the guide says \`MissingHeaderName\`. In a request an empty element is as one that is not there, but for the characters of quotes and comments, which it turns off, and the FieldDelimiter of the input, which it makes NUL; \`\\n\`, \`\\r\` and \`\\t\` written as
  two characters are the delimiters that they stand for; the document may be a \`SelectRequest\`, as in S3's examples; and elements that S3 does not know are passed over. \`RestoreObject\` with a query stays 501.`,
  '- **IAM and STS**, where AWS leaves it open: users, groups, roles and instance profiles are found by their names in any case, and nothing by an ARN in another one; a user may be renamed to the same name in another case.',
  '  STS answers in JSON who accepts `application/json` before all else, with times in seconds since 1970. Tokens are of version 2, good in every region: `v1Token` is 501.',
  '  GetScopedCredentials takes the permission `sts:GetScopedCredentials` on `*`, keeps the `aws:TokenIssueTime` of the session, and is AccessDenied for root users and with long-term credentials. Through an access point a scope has to allow its ARN and that of the bucket.',
  '  Session tokens have 4,096 bytes at the most, of which `SessionTokenUtilization` tells the per cent; how much of policies and tags fits differs from AWS, which does not tell how it packs them. `ProvidedContexts` is 501. Of the policies that AWS manages there are',
  '  those for S3, IAM and KMS; ReadOnlyAccess, SecurityAudit and ViewOnlyAccess have what AWS says in them of the services that exist here. A date condition with a day that its month does not have is malformed.',
  '- **Service last accessed data** of IAM knows the services iam, kms, s3 and sts; another `ServiceNamespace` is InvalidInput, also where AWS has such a service. Tracked actions are those of AWS that there are here. What S3 asks of KMS for a',
  "  client is no use of KMS, and requests of federated users (GetFederationToken) are nobody's. A report is COMPLETED at once, and never FAILED. What AWS leaves open: it stays for a day, and goes earlier where the reports of an account",
  '  are more than 10,000 rows, of which each has one, and another one for 200 users and roles. Uses are those of the user or role, whichever of its policies let it in. GenerateOrganizationsAccessReport is 501, as there are no organizations.',
  '- **Imported material** of the key service, where AWS leaves it open: all wrapping algorithms take all kinds of material. A disabled key that material is imported into stays disabled; one that lacked some is enabled by it. While new material waits for a rotation, importing yet another',
  '  is KMSInvalidStateException; the id of material that a key does not have is NotFoundException where that is to be deleted. Keys of ML-DSA and ML-KEM take none (UnsupportedOperationException). Ids of material are not those that AWS would give.',
  '- **Metrics configurations** count into `/-/metrics` in place of CloudWatch.',
  '- **Lifecycle**, where AWS leaves it open: a class of your own stands between ONEZONE_IA and GLACIER_IR; INTELLIGENT_TIERING gives way to one that is due on a later',
  '  day; a delete marker that waited for a transition is made in the next pass, an hour later.',
  '- **INTELLIGENT_TIERING**: objects of 128 KiB and more change their tiers by the days since they were last read: by',
  '  GetObject, or as the source of CopyObject or UploadPartCopy. A pass of the `lifecycle` worker moves them, every hour.',
  '  Configurations that overlap add up: of the tiers that are due the deepest one wins. A read is written into the',
  "  object's row within a minute; what a crash takes of that counts as not read, so that the object may go down a tier too",
  '  early, and no byte is lost.',
] as const

/** The document, the same for the same tree. */
export function compatibilityDocument(): string {
  const files = conformanceFiles()
  const supported = operationNames.filter((name) => findOperation(name))
  return [
    '# Compatibility',
    '',
    'Generated by `npm run generate` from the registry of operations. Do not edit.',
    '',
    `Of the ${operationNames.length} operations of Amazon S3, ${supported.length} are supported. All others answer`,
    '`501 NotImplemented`, and so do headers and settings whose meaning is not built yet: nothing is stored and then',
    'ignored.',
    '',
    '| operation | supported | permission | tests |',
    '|---|---|---|---|',
    ...operationNames.map((name) => tableRow(name, files)),
    ...UNMODELLED.map((row) => unmodelledRow(row, files.get(row[0]))),
    '',
    ...directorySection(),
    ...serviceSection('AWS IAM', Object.keys(iamModel.operations), iamOperations, files),
    ...serviceSection(
      'AWS STS',
      Object.keys(stsModel.operations),
      new Map<string, NamedPermission>([...stsOperations, ...unsignedStsOperations]),
      files,
    ),
    '## S3 Control',
    '',
    `Of its operations these ${controlOperationNames.length} are supported; all others answer \`501 NotImplemented\`. Requests have the`,
    'header `x-amz-account-id`, as its SDKs send it; an account id in front of the host is not needed, nor heeded.',
    '',
    '| operation | supported | permission | tests |',
    '|---|---|---|---|',
    ...controlOperationNames.map((name) => tableRow(name, files)),
    '',
    '## Notes',
    '',
    ...NOTES,
    '',
  ].join('\n')
}
