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
import type { Bench } from '../setting/bench.ts'
import { ratioOf } from '../setting/checks.ts'
import { contender } from '../setting/contenders.ts'
import type { Contender, Workload } from '../setting/workload.ts'

const CONNECTIONS = 64
const PUT_BYTES = 4096
const PUT_KEYS_PER_SECOND = 25_000
const BUCKETS = { plain: 'bench', from: 'bench-from', to: 'bench-to' } as const

/** PUT beside replication, and how fast what was put is replicated: until nothing waits any more. */
export const putReplicated: Workload = {
  name: 'put-4k-replicated',
  about: `durable PUT of 4 KiB into a bucket that is replicated to another of the server, ${CONNECTIONS} in flight; floor: a bucket without a rule, both with versioning; replication: until all of it is done`,
  measure: 'requests',
  prepare,
  checks: ([plain, replicated, done]) => [
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
  ],
}

async function prepare(bench: Bench, resources: AsyncDisposableStack): Promise<Contender[]> {
  const running = resources.use(await bench.startHoldfast(await bench.newDirectory(resources)))
  const { endpoint } = running
  await setUp(endpoint)
  const put = (bucket: string, prefix: string, seconds: number): Promise<Load> => {
    const requests = Array.from({ length: PUT_KEYS_PER_SECOND * seconds }, (_, index) => ({
      method: 'PUT',
      target: endpoint.sign('PUT', `/${bucket}/${prefix}${index}`),
    }))
    return smallLoad(endpoint, requests, seconds, { connections: CONNECTIONS, bodyBytes: PUT_BYTES })
  }
  const drained = { afterRound: () => untilDone(endpoint) }
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
      await untilDone(endpoint)
      return { units, seconds: putting + (performance.now() - start) / 1000 }
    }),
  ]
}

/** Until nothing waits to be replicated, as the metrics tell. */
async function untilDone(endpoint: Endpoint): Promise<void> {
  for (;;) {
    const text = await (await fetch(`${originOf(endpoint)}/-/metrics`)).text()
    if (text.includes('holdfast_worker_left{worker="replication"} 0')) return
    await sleep(50)
  }
}

async function setUp(endpoint: Endpoint): Promise<void> {
  const { region, accessKeyId, secretAccessKey } = endpoint.keys
  const setting = { endpoint: originOf(endpoint), region, credentials: { accessKeyId, secretAccessKey } }
  const s3 = new S3Client({ ...setting, forcePathStyle: true })
  for (const Bucket of Object.values(BUCKETS)) {
    await s3.send(new CreateBucketCommand({ Bucket }))
    const VersioningConfiguration = { Status: 'Enabled' } as const
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
  }
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
  const Destination = { Bucket: `arn:aws:s3:::${BUCKETS.to}` }
  const Rules = [{ Status: 'Enabled' as const, Prefix: '', Destination }]
  const ReplicationConfiguration = { Role: Role?.Arn ?? '', Rules }
  await s3.send(new PutBucketReplicationCommand({ Bucket: BUCKETS.from, ReplicationConfiguration }))
  s3.destroy()
  iam.destroy()
}
