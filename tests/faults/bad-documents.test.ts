import { createHash, randomUUID } from 'node:crypto'
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { tableOf } from '../../packages/server/src/metadata/known-tables.ts'
import { removeRange } from '../../packages/server/src/metadata/entries-of.ts'
import { jobTurns } from '../../packages/server/src/metadata/tables/job-tables.ts'
import type { Change, OrderedStore } from '../../packages/server/src/metadata/ordered-store.ts'
import { errorCatalogue } from '../../packages/server/src/model/error-catalogue.ts'
import { readXml } from '../../packages/server/src/protocol/xml-reader.ts'
import { analyticsXml } from '../conformance/analytics/analytics-documents.ts'
import { inventoryXml } from '../conformance/inventory/inventory-documents.ts'
import { ACCOUNT, JobRoom } from '../conformance/jobs/job-room.ts'
import { REPLICATES, TRUST_S3 } from '../conformance/replication/replication-room.ts'
import { type RawAnswer, type RawRequest, rawRequest } from '../support/raw-request.ts'
import { FaultyStore } from './faulty-store.ts'
import { mutationsOf } from './mutated-documents.ts'

/** What workers write by themselves, and what every request does. */
const OF_WORKERS: ReadonlySet<string | undefined> = new Set(['probe', 'workers'])

/** Knows the tables that are written into. */
class WatchedStore extends FaultyStore {
  readonly written = new Set<string | undefined>()

  override async commit(change: Change): Promise<boolean> {
    for (const key of [...change.put.map((put) => put.key), ...change.remove]) {
      const name = tableOf(key)?.name
      if (!OF_WORKERS.has(name)) this.written.add(name)
    }
    return super.commit(change)
  }
}

const SOURCE = 'bad-source'
const TARGET = 'bad-target'
const CONTROL = { 'x-amz-account-id': ACCOUNT }
const XMLNS = 'xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"'

let store: WatchedStore
let room: JobRoom
let replicates: string
let role: string
beforeAll(async () => {
  room = await JobRoom.open({ wrapMetadata: (inner: OrderedStore) => (store = new WatchedStore(inner)) })
  replicates = await room.role(REPLICATES, TRUST_S3)
  role = await room.role()
  for (const Bucket of [SOURCE, TARGET]) {
    await room.s3.send(new CreateBucketCommand({ Bucket }))
    const VersioningConfiguration = { Status: 'Enabled' } as const
    await room.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
  }
  await room.s3.send(new PutObjectCommand({ Bucket: SOURCE, Key: 'key', Body: 'text' }))
  return () => room[Symbol.asyncDispose]()
})

function ask(request: RawRequest): Promise<RawAnswer> {
  return rawRequest(room.server, { ...request, date: room.server.clock.now() })
}

/** What is wrong with an answer; and whether the request was taken. */
interface Judged {
  readonly isTaken: boolean
  readonly faults: readonly string[]
}

/** What is refused has an error of S3's, is no fault of the server, and leaves nothing behind. */
async function judge(what: string, request: RawRequest): Promise<Judged> {
  store.written.clear()
  const { status, text, errorCode = '' } = await ask(request)
  const told = `${what}: ${status} ${text.slice(0, 300)}`
  if (text.startsWith('<')) assertXml(text)
  if (status < 300) {
    // None of these operations has anything to keep that is as long.
    const isLong = typeof request.body === 'string' && request.body.length > 1_000_000
    return { isTaken: true, faults: isLong ? [`kept ${told}`] : [] }
  }
  const isRefusal = status >= 400 && (status < 500 || status === 501) && errorCode in errorCatalogue
  const left = [...store.written].join()
  return {
    isTaken: false,
    faults: [...(isRefusal ? [] : [told]), ...(left === '' ? [] : [`left ${left}: ${told}`])],
  }
}

/** What was sent comes back; what XML has no place for, as S3 sends it: as a reference. */
function assertXml(text: string): void {
  readXml(Buffer.from(text.replaceAll(/&#x?[\da-f]+;/gi, '')))
}

interface Documented extends RawRequest {
  readonly document: () => string
  /** Where it is changed; everywhere without it. */
  readonly within?: string
  /** What shows what was put. */
  readonly shown?: Pick<RawRequest, 'path' | 'query' | 'headers'>
  /** Takes away what was taken, for the next. */
  readonly undone?: () => Promise<unknown>
}

const bucketDocument = (query: string, document: () => string): Documented => ({
  method: 'PUT',
  path: `/${SOURCE}`,
  query,
  document,
  shown: { path: `/${SOURCE}`, query },
})

const POINT = '/v20180820/accesspoint/bad-point'
const policy = () =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: ACCOUNT },
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:us-east-1:${ACCOUNT}:accesspoint/bad-point/object/*`,
      },
    ],
  }).replaceAll('"', '&quot;')

const rules = () =>
  [
    `<ReplicationConfiguration><Role>${replicates}</Role><Rule><ID>one</ID><Priority>3</Priority>`,
    '<Filter><And><Prefix>a</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter><Status>Enabled</Status>',
    '<SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status></SseKmsEncryptedObjects>',
    '<ReplicaModifications><Status>Enabled</Status></ReplicaModifications></SourceSelectionCriteria>',
    '<DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>',
    `<Destination><Bucket>arn:aws:s3:::${TARGET}</Bucket><Account>${ACCOUNT}</Account><StorageClass>STANDARD_IA</StorageClass>`,
    '<AccessControlTranslation><Owner>Destination</Owner></AccessControlTranslation>',
    '<EncryptionConfiguration><ReplicaKmsKeyID>alias/aws/s3</ReplicaKmsKeyID></EncryptionConfiguration>',
    '<ReplicationTime><Status>Enabled</Status><Time><Minutes>15</Minutes></Time></ReplicationTime>',
    '<Metrics><Status>Enabled</Status><EventThreshold><Minutes>15</Minutes></EventThreshold></Metrics></Destination></Rule>',
    `<Rule><Status>Enabled</Status><Priority>4</Priority><Filter><Prefix>b</Prefix></Filter>`,
    '<DeleteMarkerReplication><Status>Enabled</Status></DeleteMarkerReplication>',
    `<Destination><Bucket>arn:aws:s3:::${TARGET}</Bucket></Destination></Rule></ReplicationConfiguration>`,
  ].join('')

const inventory = () =>
  inventoryXml('all', {
    destination: TARGET,
    prefix: 'a',
    fields: ['Size', 'ETag'],
    inDestination: `<AccountId>${ACCOUNT}</AccountId><Prefix>p</Prefix><Encryption><SSE-S3></SSE-S3></Encryption>`,
  })

const analytics = () =>
  analyticsXml('all', {
    destination: TARGET,
    filter:
      '<And><Prefix>p</Prefix><Tag><Key>k</Key><Value>v</Value></Tag><Tag><Key>l</Key><Value>w</Value></Tag></And>',
    inDestination: `<BucketAccountId>${ACCOUNT}</BucketAccountId><Prefix>p</Prefix>`,
  })

const job = (operation: string) =>
  [
    `<CreateJobRequest ${XMLNS}><ConfirmationRequired>true</ConfirmationRequired>`,
    `<Operation>${operation}</Operation>`,
    '<Report><Bucket>arn:aws:s3:::work</Bucket><Format>Report_CSV_20180820</Format><Enabled>true</Enabled>',
    '<Prefix>reports</Prefix><ReportScope>AllTasks</ReportScope></Report>',
    '<ClientRequestToken>token</ClientRequestToken>',
  ].join('')

const endOfJob = () =>
  [
    '<Description>words</Description><Priority>3</Priority>',
    `<RoleArn>${role}</RoleArn><Tags><member><Key>k</Key><Value>v</Value></member></Tags></CreateJobRequest>`,
  ].join('')

const ofManifest = () =>
  [
    job(
      '<S3PutObjectTagging><TagSet><member><Key>k</Key><Value>v</Value></member></TagSet></S3PutObjectTagging>',
    ),
    '<Manifest><Spec><Format>S3BatchOperations_CSV_20180820</Format><Fields><member>Bucket</member><member>Key</member></Fields></Spec>',
    '<Location><ObjectArn>arn:aws:s3:::work/manifest.csv</ObjectArn><ETag>e</ETag></Location></Manifest>',
    endOfJob(),
  ].join('')

const generated = () =>
  [
    job(
      `<S3PutObjectCopy><TargetResource>arn:aws:s3:::${TARGET}</TargetResource><StorageClass>STANDARD_IA</StorageClass><ModifiedSinceConstraint>2026-01-01T00:00:00Z</ModifiedSinceConstraint><TargetKeyPrefix>p</TargetKeyPrefix><ObjectLockMode>GOVERNANCE</ObjectLockMode><ObjectLockRetainUntilDate>2027-01-01T00:00:00Z</ObjectLockRetainUntilDate></S3PutObjectCopy>`,
    ),
    `<ManifestGenerator><S3JobManifestGenerator><ExpectedBucketOwner>${ACCOUNT}</ExpectedBucketOwner>`,
    `<SourceBucket>arn:aws:s3:::${SOURCE}</SourceBucket><EnableManifestOutput>false</EnableManifestOutput>`,
    '<Filter><EligibleForReplication>true</EligibleForReplication><CreatedAfter>2026-01-01T00:00:00Z</CreatedAfter>',
    '<ObjectReplicationStatuses><member>NONE</member></ObjectReplicationStatuses>',
    '<KeyNameConstraint><MatchAnyPrefix><member>a</member></MatchAnyPrefix></KeyNameConstraint>',
    '<ObjectSizeGreaterThanBytes>1</ObjectSizeGreaterThanBytes><MatchAnyStorageClass><member>STANDARD</member></MatchAnyStorageClass>',
    '</Filter></S3JobManifestGenerator></ManifestGenerator>',
    endOfJob(),
  ].join('')

const createsJob = (document: () => string): Documented => ({
  method: 'POST',
  path: '/v20180820/jobs',
  headers: CONTROL,
  document,
  // An account has not too many of them.
  undone: () => removeRange(store, jobTurns.range()),
})

const jobOf = (operation: string): Documented => ({
  ...createsJob(() => jobText(operation)),
  within: 'CreateJobRequest/Operation/',
})

const jobText = (operation: string) =>
  `${job(operation)}<Manifest><Spec><Format>S3InventoryReport_CSV_20161130</Format></Spec><Location><ObjectArn>arn:aws:s3:::work/m</ObjectArn><ETag>e</ETag></Location></Manifest>${endOfJob()}`

const documents: Readonly<Record<string, Documented>> = {
  PutBucketReplication: bucketDocument('replication=', rules),
  PutBucketInventoryConfiguration: bucketDocument('id=all&inventory=', inventory),
  PutBucketAnalyticsConfiguration: bucketDocument('id=all&analytics=', analytics),
  PutBucketMetricsConfiguration: bucketDocument(
    'id=all&metrics=',
    () =>
      '<MetricsConfiguration><Id>all</Id><Filter><And><Prefix>p</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter></MetricsConfiguration>',
  ),
  PutBucketAccelerateConfiguration: bucketDocument(
    'accelerate=',
    () => '<AccelerateConfiguration><Status>Enabled</Status></AccelerateConfiguration>',
  ),
  PutBucketAbac: bucketDocument('abac=', () => '<AbacStatus><Status>Disabled</Status></AbacStatus>'),
  TagResource: {
    method: 'POST',
    path: `/v20180820/tags/${encodeURIComponent(`arn:aws:s3:::${SOURCE}`)}`,
    headers: CONTROL,
    document: () =>
      `<TagResourceRequest ${XMLNS}><Tags><Tag><Key>k</Key><Value>v</Value></Tag></Tags></TagResourceRequest>`,
  },
  PutPublicAccessBlock: {
    method: 'PUT',
    path: '/v20180820/configuration/publicAccessBlock',
    headers: CONTROL,
    document: () =>
      `<PublicAccessBlockConfiguration ${XMLNS}><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>false</IgnorePublicAcls></PublicAccessBlockConfiguration>`,
  },
  CreateAccessPoint: {
    method: 'PUT',
    path: POINT,
    headers: CONTROL,
    document: () =>
      [
        `<CreateAccessPointRequest ${XMLNS}><Bucket>${SOURCE}</Bucket><PublicAccessBlockConfiguration>`,
        '<BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>',
        `<BucketAccountId>${ACCOUNT}</BucketAccountId><Tags><Tag><Key>k</Key><Value>v</Value></Tag></Tags></CreateAccessPointRequest>`,
      ].join(''),
    shown: { path: POINT, headers: CONTROL },
    undone: () => ask({ method: 'DELETE', path: POINT, headers: CONTROL }),
  },
  PutAccessPointPolicy: {
    method: 'PUT',
    path: `${POINT.replace('bad-point', 'kept-point')}/policy`,
    headers: CONTROL,
    document: () =>
      `<PutAccessPointPolicyRequest ${XMLNS}><Policy>${policy().replaceAll('bad-point', 'kept-point')}</Policy></PutAccessPointPolicyRequest>`,
  },
  'CreateJob of a manifest': createsJob(ofManifest),
  'CreateJob of a generated one': createsJob(generated),
  'CreateJob that locks': jobOf(
    '<S3PutObjectRetention><BypassGovernanceRetention>true</BypassGovernanceRetention><Retention><RetainUntilDate>2027-01-01T00:00:00Z</RetainUntilDate><Mode>GOVERNANCE</Mode></Retention></S3PutObjectRetention>',
  ),
  'CreateJob that holds': jobOf(
    '<S3PutObjectLegalHold><LegalHold><Status>ON</Status></LegalHold></S3PutObjectLegalHold>',
  ),
  'CreateJob that restores': jobOf(
    '<S3InitiateRestoreObject><ExpirationInDays>1</ExpirationInDays><GlacierJobTier>BULK</GlacierJobTier></S3InitiateRestoreObject>',
  ),
  'CreateJob that grants': jobOf(
    '<S3PutObjectAcl><AccessControlPolicy><AccessControlList><Owner><ID>o</ID></Owner><Grants><member><Grantee><TypeIdentifier>id</TypeIdentifier><Identifier>i</Identifier></Grantee><Permission>READ</Permission></member></Grants></AccessControlList></AccessControlPolicy></S3PutObjectAcl>',
  ),
  'CreateJob that replicates': jobOf('<S3ReplicateObject></S3ReplicateObject>'),
}

function withBody(request: RawRequest, body: string): RawRequest {
  const md5 = createHash('md5').update(body).digest('base64')
  return { ...request, body, headers: { ...request.headers, 'content-md5': md5 } }
}

describe('a document that is wrong in one place', { timeout: 300_000 }, () => {
  beforeAll(async () => {
    const body = `<CreateAccessPointRequest ${XMLNS}><Bucket>${SOURCE}</Bucket></CreateAccessPointRequest>`
    const path = POINT.replace('bad-point', 'kept-point')
    await ask({ method: 'PUT', path, headers: CONTROL, body })
  })

  it.each(Object.entries(documents))(
    '%s is refused, or taken as it is',
    async (_, { document, within, shown, undone, ...request }) => {
      const valid = document()
      const put = (text: string) => withBody(request, text.replace('>token<', `>${randomUUID()}<`))
      expect((await ask(put(valid))).text).not.toContain('<Error>')
      await undone?.()
      const found: string[] = []
      for (const { what, text } of mutationsOf(valid, within)) {
        const { isTaken, faults } = await judge(what, put(text))
        found.push(...faults)
        if (!isTaken) continue
        const answer = shown && (await ask({ ...shown }))
        if (answer && answer.status !== 200 && answer.status !== 404) found.push(`${what}: ${answer.text}`)
        await undone?.()
      }
      expect(found).toEqual([])
    },
  )
})

const WRONG = [
  '',
  ' ',
  'Sometimes',
  '-1',
  '0',
  '1.5',
  '2147483648',
  '99999999999999999999',
  '1e309',
  'null',
  '\0',
  '\r\nx: y',
  '../..',
  '%',
  '%00',
  '\u00e9\u{1f600}',
  'arn:aws:s3:::',
  `arn:aws:s3:us-east-1:${ACCOUNT}:accesspoint/`,
  `arn:aws:s3:us-east-1:${ACCOUNT}:accesspoint/a/object/`,
  'arn:aws:s3:us-east-1:1:accesspoint/abc',
  'arn:aws:iam::1:role/r',
  'a'.repeat(5000),
  `${'a'.repeat(5000)}-s3alias`,
]

const TAGS = `/v20180820/tags/`
const BUCKET = encodeURIComponent(`arn:aws:s3:::${SOURCE}`)
const point = (name: string) => `/v20180820/accesspoint/${name}`
const listing = (query: string): RawRequest => ({ path: `/${SOURCE}`, query })

/** In `{}` is what may be wrong: parts of paths and values of the query. All headers may be. */
const parameters: Readonly<Record<string, RawRequest>> = {
  PutObjectAnnotation: {
    method: 'PUT',
    path: `/${SOURCE}/key`,
    query: 'annotation=&annotationName={note}&versionId={null}',
    body: 'text',
    headers: {
      'x-amz-object-if-match': '"etag"',
      'x-amz-checksum-crc32': 'AAAAAA==',
      'x-amz-request-payer': 'requester',
    },
  },
  GetObjectAnnotation: {
    path: `/${SOURCE}/key`,
    query: 'annotation=&annotationName={note}&versionId={null}',
    headers: { 'x-amz-checksum-mode': 'ENABLED', 'x-amz-object-if-match': '"etag"', range: 'bytes=0-1' },
  },
  ListObjectAnnotations: {
    path: `/${SOURCE}/key`,
    query:
      'annotation=&max-annotation-results={1}&annotation-prefix={n}&continuation-token={x}&versionId={null}&max-annotations={1}&prefix={x}',
  },
  DeleteObjectAnnotation: {
    method: 'DELETE',
    path: `/${SOURCE}/key`,
    query: 'annotation=&annotationName={none}&versionId={null}',
    headers: { 'x-amz-object-if-match': '"etag"' },
  },
  GetBucketInventoryConfiguration: listing('inventory=&id={none}'),
  ListBucketInventoryConfigurations: listing('inventory=&continuation-token={x}'),
  DeleteBucketInventoryConfiguration: { ...listing('inventory=&id={none}'), method: 'DELETE' },
  GetBucketAnalyticsConfiguration: listing('analytics=&id={none}'),
  ListBucketAnalyticsConfigurations: listing('analytics=&continuation-token={x}'),
  DeleteBucketAnalyticsConfiguration: { ...listing('analytics=&id={none}'), method: 'DELETE' },
  GetBucketMetricsConfiguration: listing('metrics=&id={none}'),
  ListBucketMetricsConfigurations: listing('metrics=&continuation-token={x}'),
  DeleteBucketMetricsConfiguration: { ...listing('metrics=&id={none}'), method: 'DELETE' },
  GetBucketReplication: { ...listing('replication='), headers: { 'x-amz-expected-bucket-owner': ACCOUNT } },
  GetBucketAbac: { ...listing('abac='), headers: { 'x-amz-expected-bucket-owner': ACCOUNT } },
  GetBucketAccelerateConfiguration: {
    ...listing('accelerate='),
    headers: { 'x-amz-expected-bucket-owner': ACCOUNT, 'x-amz-request-payer': 'requester' },
  },
  CreateBucket: {
    method: 'PUT',
    path: `/bad-${ACCOUNT}-us-east-1-an`,
    headers: { 'x-amz-bucket-namespace': 'account-regional' },
  },
  GetPublicAccessBlock: { path: '/v20180820/configuration/publicAccessBlock', headers: CONTROL },
  ListTagsForResource: { path: `${TAGS}{${BUCKET}}`, headers: CONTROL },
  TagResource: {
    method: 'POST',
    path: `${TAGS}{arn%3Aaws%3As3%3A%3A%3Ano-such}`,
    headers: CONTROL,
    body: `<TagResourceRequest ${XMLNS}><Tags><Tag><Key>k</Key><Value>v</Value></Tag></Tags></TagResourceRequest>`,
  },
  UntagResource: {
    method: 'DELETE',
    path: `${TAGS}{arn%3Aaws%3As3%3A%3A%3Ano-such}`,
    query: 'tagKeys={a}',
    headers: CONTROL,
  },
  GetAccessPoint: { path: point('{none}'), headers: CONTROL },
  CreateAccessPoint: {
    method: 'PUT',
    path: point('{xn--none}'),
    headers: CONTROL,
    body: `<CreateAccessPointRequest ${XMLNS}><Bucket>no-such-bucket</Bucket></CreateAccessPointRequest>`,
  },
  DeleteAccessPoint: { method: 'DELETE', path: point('{none}'), headers: CONTROL },
  GetAccessPointPolicy: { path: `${point('{none}')}/policy`, headers: CONTROL },
  DeleteAccessPointPolicy: { method: 'DELETE', path: `${point('{none}')}/policy`, headers: CONTROL },
  GetAccessPointPolicyStatus: { path: `${point('{none}')}/policyStatus`, headers: CONTROL },
  ListAccessPoints: {
    path: '/v20180820/accesspoint',
    query: 'maxResults={1}&nextToken={x}&bucket={x}&dataSourceId={x}&dataSourceType={ALL}',
    headers: CONTROL,
  },
  ListJobs: {
    path: '/v20180820/jobs',
    query: 'jobStatuses={New}&maxResults={1}&nextToken={x}',
    headers: CONTROL,
  },
  DescribeJob: { path: '/v20180820/jobs/{none}', headers: CONTROL },
  UpdateJobPriority: {
    method: 'POST',
    path: '/v20180820/jobs/{none}/priority',
    query: 'priority={1}',
    headers: CONTROL,
  },
  UpdateJobStatus: {
    method: 'POST',
    path: '/v20180820/jobs/{none}/status',
    query: 'requestedJobStatus={Ready}&statusUpdateReason={why}',
    headers: CONTROL,
  },
  GetJobTagging: { path: '/v20180820/jobs/{none}/tagging', headers: CONTROL },
  DeleteJobTagging: { method: 'DELETE', path: '/v20180820/jobs/{none}/tagging', headers: CONTROL },
  'GetObject through an access point': {
    path: `/{${encodeURIComponent(`arn:aws:s3:us-east-1:${ACCOUNT}:accesspoint/none`)}}/key`,
  },
  'PutObject as a replica': {
    method: 'PUT',
    path: `/no-such-bucket/key`,
    body: 'x',
    headers: { 'x-amz-replication-status': 'REPLICA', 'x-amz-storage-class': 'STANDARD' },
  },
}

/** The requests that are wrong in one place, or say something twice. */
function* wrongRequests(request: RawRequest): Generator<readonly [what: string, request: RawRequest]> {
  const { path, query = '', headers = {} } = request
  const plain = (text: string) => text.replaceAll(/[{}]/g, '')
  const whole = { ...request, path: plain(path), query: plain(query) }
  yield ['nothing wrong', whole]
  yield ['all of the query twice', { ...whole, query: `${whole.query}&${whole.query}` }]
  yield ['a query of its own', { ...whole, query: `${whole.query}&unheard-of=%00` }]
  for (const wrong of WRONG) {
    const escaped = encodeURIComponent(wrong)
    for (const { 0: place, index } of path.matchAll(/\{[^}]*\}/g)) {
      const changed = path.slice(0, index) + escaped + path.slice(index + place.length)
      yield [`path ${wrong}`, { ...whole, path: plain(changed) }]
    }
    for (const { 0: place, index } of query.matchAll(/\{[^}]*\}/g)) {
      const changed = query.slice(0, index) + escaped + query.slice(index + place.length)
      yield [`query at ${index} ${wrong}`, { ...whole, query: plain(changed) }]
    }
    // Others cannot be sent.
    if (!/^[\x21-\x7e]+$/.test(wrong)) continue
    for (const name of Object.keys(headers))
      yield [`${name} ${wrong}`, { ...whole, headers: { ...headers, [name]: wrong } }]
  }
}

describe('a path, query or header that is wrong in one place', { timeout: 120_000 }, () => {
  it.each(Object.entries(parameters))('%s is refused, or answered', async (_, request) => {
    const found: string[] = []
    for (const [what, wrong] of wrongRequests(request)) found.push(...(await judge(what, wrong)).faults)
    expect(found).toEqual([])
  })
})
