import * as fc from 'fast-check'
import { expect } from 'vitest'
import { type Credentials, otherCredentials } from '../support/accounts.ts'
import { xmlTexts } from '../support/raw-request.ts'
import { type Answer, BucketClient, type Call } from './bucket-client.ts'
import type { ModelServer } from './model-server.ts'
import type { Tries } from './walk-versions.ts'

const START = new Date('2030-06-01T12:00:00Z')
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000
/** Longer than all steps that move the clock take together. */
const RETAINED_DAYS = 1000

const protections = ['COMPLIANCE', 'GOVERNANCE', 'HOLD'] as const
type Protection = (typeof protections)[number]

interface Target {
  readonly server: ModelServer
  readonly client: BucketClient
  readonly bucket: string
  readonly protection: Protection
  readonly version: string
  readonly credentials: Credentials | undefined
}

/** Whatever someone may try against the version, but for lifting the hold itself and the bypass. */
const attacks = {
  remove: (target) => send(target, 'DELETE', 'k', { query: `versionId=${target.version}` }),
  removeBypassing: (target) =>
    // Who asks for the bypass and may use it is left out of the promise; nobody bypasses the other two.
    target.protection === 'GOVERNANCE' && !target.credentials
      ? undefined
      : send(target, 'DELETE', 'k', {
          query: `versionId=${target.version}`,
          headers: { 'x-amz-bypass-governance-retention': 'true' },
        }),
  hide: (target) => send(target, 'DELETE', 'k'),
  removeMany: (target) =>
    send(target, 'POST', '', {
      query: 'delete=',
      body: `<Delete><Object><Key>k</Key><VersionId>${target.version}</VersionId></Object><Object><Key>k</Key></Object></Delete>`,
    }),
  overwrite: (target) => send(target, 'PUT', 'k', { body: 'other' }),
  copyOver: (target) =>
    send(target, 'PUT', 'k', {
      headers: { 'x-amz-copy-source': `${target.bucket}/decoy`, 'x-amz-metadata-directive': 'REPLACE' },
    }),
  completeOver: async (target) => {
    const begun = await send(target, 'POST', 'k', { query: 'uploads=' })
    const uploadId = xmlTexts(begun.text, 'UploadId')[0] ?? ''
    const part = await send(target, 'PUT', 'k', { query: `partNumber=1&uploadId=${uploadId}`, body: 'part' })
    const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers.etag}</ETag></Part></CompleteMultipartUpload>`
    return send(target, 'POST', 'k', { query: `uploadId=${uploadId}`, body })
  },
  suspend: (target) =>
    send(target, 'PUT', '', {
      query: 'versioning=',
      body: '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>',
    }),
  expireAll: (target) =>
    send(target, 'PUT', '', {
      query: 'lifecycle=',
      body: '<LifecycleConfiguration><Rule><ID>all</ID><Status>Enabled</Status><Filter/><Expiration><Days>1</Days></Expiration><NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration></Rule></LifecycleConfiguration>',
    }),
  shorten: (target) => retain(target, 'COMPLIANCE', 1),
  weaken: (target) => (target.protection === 'HOLD' ? undefined : retain(target, 'GOVERNANCE', 1)),
  release: (target) =>
    send(target, 'PUT', 'k', { query: `retention=&versionId=${target.version}`, body: '<Retention/>' }),
  changeDefault: (target) =>
    send(target, 'PUT', '', {
      query: 'object-lock=',
      body: '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>',
    }),
  endLock: (target) => send(target, 'PUT', '', { query: 'object-lock=', body: '<ObjectLockConfiguration/>' }),
  deleteBucket: (target) => send(target, 'DELETE', ''),
  createAgain: (target) => send(target, 'PUT', ''),
  untag: (target) => send(target, 'DELETE', 'k', { query: `tagging=&versionId=${target.version}` }),
  dayLater: ({ server }) => moveTime(server, 1),
  monthsLater: ({ server }) => moveTime(server, 60),
  setBack: ({ server }) => moveTime(server, -500),
} satisfies Record<string, (target: Target) => Promise<unknown> | undefined>

type Attack = keyof typeof attacks
type Who = 'owner' | 'stranger' | 'friend'

const sequence = fc.record({
  protection: fc.constantFrom(...protections),
  steps: fc.array(
    fc.tuple(
      fc.constantFrom(...(Object.keys(attacks) as Attack[])),
      fc.constantFrom<Who>('owner', 'stranger', 'friend'),
    ),
    { minLength: 5, maxLength: 15 },
  ),
})

/** Tries random sequences of requests by anyone against what is under retention or legal hold; throws where one of them removes it. */
export async function expectLocksToHold(server: ModelServer, { seed, count }: Tries): Promise<void> {
  using client = new BucketClient(server)
  let begun = 0
  const property = fc.asyncProperty(sequence, async ({ protection, steps }) => {
    const bucket = `locked-${begun++}`
    await server.setTime(START)
    const version = await protect(client, bucket, protection)
    for (const [attack, who] of steps) {
      const credentials = who === 'owner' ? undefined : otherCredentials
      if (who !== 'owner') await befriend(client, bucket, who === 'friend')
      await attacks[attack]({ server, client, bucket, protection, version, credentials })
      const { status, text } = await client.send('GET', `/${bucket}/k`, { query: `versionId=${version}` })
      expect({ attack, who, status, text }).toEqual({ attack, who, status: 200, text: 'protected' })
    }
    await client.send('DELETE', `/${bucket}`, { query: 'lifecycle=' })
  })
  await fc.assert(property, { seed, numRuns: count })
  expect(begun).toBeGreaterThanOrEqual(count)
}

async function protect(client: BucketClient, bucket: string, protection: Protection): Promise<string> {
  await client.send('PUT', `/${bucket}`, { headers: { 'x-amz-bucket-object-lock-enabled': 'true' } })
  await client.send('PUT', `/${bucket}/decoy`, { body: 'decoy' })
  const until = new Date(START.getTime() + RETAINED_DAYS * DAY_MILLISECONDS).toISOString()
  const headers: Record<string, string> =
    protection === 'HOLD'
      ? { 'x-amz-object-lock-legal-hold': 'ON' }
      : { 'x-amz-object-lock-mode': protection, 'x-amz-object-lock-retain-until-date': until }
  const { status, headers: answer } = await client.send('PUT', `/${bucket}/k`, { body: 'protected', headers })
  expect(status).toBe(200)
  return String(answer['x-amz-version-id'])
}

/** A friend may do everything but bypass governance and lift holds; a stranger nothing. */
async function befriend(client: BucketClient, bucket: string, isFriend: boolean): Promise<void> {
  const resources = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`]
  const kept = ['s3:BypassGovernanceRetention', 's3:PutObjectLegalHold', 's3:PutBucketPolicy']
  const statement = { Effect: 'Allow', Principal: '*', NotAction: kept, Resource: resources }
  const body = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  await client.send(isFriend ? 'PUT' : 'DELETE', `/${bucket}`, {
    query: 'policy=',
    ...(isFriend && { body }),
  })
}

function retain(target: Target, mode: string, days: number): Promise<Answer> {
  const until = new Date(target.server.now().getTime() + days * DAY_MILLISECONDS).toISOString()
  const body = `<Retention><Mode>${mode}</Mode><RetainUntilDate>${until}</RetainUntilDate></Retention>`
  return send(target, 'PUT', 'k', { query: `retention=&versionId=${target.version}`, body })
}

async function moveTime(server: ModelServer, days: number): Promise<void> {
  const latest = START.getTime() + (RETAINED_DAYS - 1) * DAY_MILLISECONDS
  await server.setTime(new Date(Math.min(server.now().getTime() + days * DAY_MILLISECONDS, latest)))
}

function send(
  { client, bucket, credentials }: Target,
  method: string,
  key: string,
  call: Call = {},
): Promise<Answer> {
  const path = key === '' ? `/${bucket}` : `/${bucket}/${key}`
  return client.send(method, path, { ...call, ...(credentials && { credentials }) })
}
