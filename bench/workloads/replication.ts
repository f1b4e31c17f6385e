import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Endpoint, originOf } from '../base/endpoint.ts'
import { smallLoad } from '../load/generators.ts'
import type { Load } from '../load/load.ts'
import { ratioOf } from '../setting/checks.ts'
import { contender } from '../setting/contenders.ts'
import type { Contender, Workload } from '../setting/workload.ts'

const CONNECTIONS = 64
const PUT_BYTES = 4096
const PUT_KEYS_PER_SECOND = 25_000
const BUCKETS = { plain: 'bench', from: 'bench-from', to: 'bench-to' } as const
/** What the first server calls the bucket of the second. */
const FAR = 'bench-far'

const checks: Workload['checks'] = ([plain, replicated, done]) => [
  {
    what: 'of the rate without a rule',
    figure: ratioOf(replicated, plain),
    limit: 0.85,
    sense: 'at least',
  },
  {
    what: 'replicated, of the rate without a rule',
    figure: ratioOf(done, plain),
    limit: 0.4,
    sense: 'at least',
  },
]

/** PUT beside replication, and how fast what was put is replicated: until nothing waits any more. */
export const putReplicated: Workload = {
  name: 'put-4k-replicated',
  about: `durable PUT of 4 KiB into a bucket that is replicated to another of the server, ${CONNECTIONS} in flight; floor: a bucket without a rule, both with versioning; replication: until all of it is done`,
  measure: 'requests',
  prepare: async (bench, resources) => {
    const { endpoint } = resources.use(await bench.startHoldfast(await bench.newDirectory(resources)))
    await setUp(endpoint, Object.values(BUCKETS))
    await replicate(endpoint, BUCKETS.to)
    return contenders(endpoint, 'replication')
  },
  checks,
}

/** The same to a bucket of a second server on the same machine, which takes its share of the CPU. */
export const putReplicatedElsewhere: Workload = {
  name: 'put-4k-replicated-elsewhere',
  about: `the same to a bucket of another server, which runs on the same cores`,
  measure: 'requests',
  prepare: async (bench, resources) => {
    const there = resources.use(await bench.startHoldfast(await bench.newDirectory(resources))).endpoint
    await setUp(there, [BUCKETS.to])
    const { accessKeyId, secretAccessKey } = there.keys
    const accessKey = { accessKeyId, secretAccessKey }
    const remote = { arn: arnOf(FAR), endpoint: originOf(there), bucket: BUCKETS.to, accessKey }
    const settings = { replication: { destinations: [remote] } }
    const here = await bench.startHoldfast(await bench.newDirectory(resources), { settings })
    const { endpoint } = resources.use(here)
    await setUp(endpoint, [BUCKETS.plain, BUCKETS.from])
    await replicate(endpoint, FAR)
    return contenders(endpoint, `replication to ${FAR}`)
  },
  checks,
}

function contenders(endpoint: Endpoint, worker: string): Contender[] {
  const put = (bucket: string, prefix: string, seconds: number): Promise<Load> => {
    const requests = Array.from({ length: PUT_KEYS_PER_SECOND * seconds }, (_, index) => ({
      method: 'PUT',
      target: endpoint.sign('PUT', `/${bucket}/${prefix}${index}`),
    }))
    return smallLoad(endpoint, requests, seconds, { connections: CONNECTIONS, bodyBytes: PUT_BYTES })
  }
  const drained = { afterRound: () => untilDone(endpoint, worker) }
  return [
    contender({ ...endpoint, name: 'no rule' }, (round, seconds) =>
      put(BUCKETS.plain, `r${round}/`, seconds),
    ),
    contender(
      { ...endpoint, name: 'a rule' },
      (round, seconds) => put(BUCKETS.from, `r${round}/`, seconds),
      drained,
    ),
    contender({ ...endpoint, name: 'replication' }, async (round, seconds) => {
      const { units, seconds: putting } = await put(BUCKETS.from, `d${round}/`, seconds)
      const start = performance.now()
      await untilDone(endpoint, worker)
      return { units, seconds: putting + (performance.now() - start) / 1000 }
    }),
  ]
}

/** Until nothing waits to be replicated, as the metrics tell. */
async function untilDone(endpoint: Endpoint, worker: string): Promise<void> {
  for (;;) {
    const text = await (await fetch(`${originOf(endpoint)}/-/metrics`)).text()
    if (text.includes(`holdfast_worker_left{worker="${worker}"} 0\n`)) return
    await sleep(50)
  }
}

function arnOf(bucket: string): string {
  return `arn:aws:s3:::${bucket}`
}

function settingOf(endpoint: Endpoint) {
  const { region, accessKeyId, secretAccessKey } = endpoint.keys
  return { endpoint: originOf(endpoint), region, credentials: { accessKeyId, secretAccessKey } }
}

/** Buckets with versioning. */
async function setUp(endpoint: Endpoint, buckets: readonly string[]): Promise<void> {
  const s3 = new S3Client({ ...settingOf(endpoint), forcePathStyle: true })
  for (const Bucket of buckets) {
    await s3.send(new CreateBucketCommand({ Bucket }))
    const VersioningConfiguration = { Status: 'Enabled' } as const
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
  }
  s3.destroy()
}

/** A rule for all that is in the bucket that is replicated. */
async function replicate(endpoint: Endpoint, to: string): Promise<void> {
  const setting = settingOf(endpoint)
  const s3 = new S3Client({ ...setting, forcePathStyle: true })
  const iam = new IAMClient(setting)
  const documentOf = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  const AssumeRolePolicyDocument = documentOf({
    Effect: 'Allow',
    Principal: { Service: 's3.amazonaws.com' },
    Action: 'sts:AssumeRole',
  })
  const RoleName = 'replication'
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
  const PolicyDocument = documentOf({ Effect: 'Allow', Action: 's3:*', Resource: '*' })
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument }))
  const Destination = { Bucket: arnOf(to) }
  const Rules = [{ Status: 'Enabled' as const, Prefix: '', Destination }]
  const ReplicationConfiguration = { Role: Role?.Arn ?? '', Rules }
  await s3.send(new PutBucketReplicationCommand({ Bucket: BUCKETS.from, ReplicationConfiguration }))
  s3.destroy()
  iam.destroy()
}
