import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { type Endpoint, endpointAt, originOf } from '../base/endpoint.ts'
import type { Keys } from '../base/presign.ts'
import { rawLoad, smallLoad } from '../load/generators.ts'
import type { Bench } from '../setting/bench.ts'
import { cpuRatioOf, ratioOf } from '../setting/checks.ts'
import { BUCKET, contender, haveBucket } from '../setting/contenders.ts'
import type { Check, Contender, Result, Workload } from '../setting/workload.ts'

const CONNECTIONS = 64
const OBJECTS = 1000
const SMALL_BYTES = 1024

export const get1kAsUser: Workload = {
  name: 'get-1k-as-user',
  about: `GET of 1 KiB, ${CONNECTIONS} connections, by a user with two managed policies, an inline one and a boundary; floor: the root user, on the same server`,
  measure: 'requests',
  prepare: (bench, resources) => prepared(bench, resources, 'user', userKeys),
  checks: (results) => checksOf(results, 0.95),
}

export const get1kAsRole: Workload = {
  name: 'get-1k-as-role',
  about: `GET of 1 KiB, ${CONNECTIONS} connections, by a session of a role with a policy of its own; floor: the root user, on the same server`,
  measure: 'requests',
  prepare: (bench, resources) => prepared(bench, resources, 'session', sessionKeys),
  checks: (results) => checksOf(results, 0.9),
}

/** Of CPU as well: rates of one machine go up and down together with all else that it does. */
function checksOf(results: readonly Result[], limit: number): Check[] {
  const [root, other] = results
  const cpu = root && other && cpuRatioOf(other, root)
  return [
    { what: 'of the root user’s rate', figure: ratioOf(other, root), limit, sense: 'at least' },
    { what: 'root user’s CPU of it', figure: cpu ?? NaN, limit, sense: 'at least' },
  ]
}

async function prepared(
  bench: Bench,
  resources: AsyncDisposableStack,
  name: string,
  keysOf: (clients: Clients) => Promise<Keys>,
): Promise<Contender[]> {
  const running = resources.use(await bench.startHoldfast(await bench.newDirectory(resources)))
  const { endpoint } = running
  await haveBucket(endpoint)
  const objects = Array.from({ length: OBJECTS }, (_, index) => `/${BUCKET}/k${index}`)
  const requests = (by: Endpoint, method: string) =>
    objects.map((path) => ({ method, target: by.sign(method, path) }))
  const body = { connections: 16, bodyBytes: SMALL_BYTES }
  await rawLoad(endpoint, requests(endpoint, 'PUT'), body)
  const keys = bench.options.selfCheck ? endpoint.keys : await keysOf(clientsOf(endpoint))
  const { hostname, port, pid } = endpoint
  const callers = [{ ...endpoint, name: 'root user' }, endpointAt(name, hostname, port, keys, pid)]
  return callers.map((by) => {
    const reads = requests(by, 'GET')
    return contender(by, (_round, seconds) => smallLoad(by, reads, seconds, { connections: CONNECTIONS }))
  })
}

interface Clients {
  readonly iam: IAMClient
  readonly sts: (keys: Keys) => STSClient
}

function clientsOf(endpoint: Endpoint): Clients {
  const settingOf = (keys: Keys) => ({
    endpoint: originOf(endpoint),
    region: keys.region,
    credentials: { accessKeyId: keys.accessKeyId, secretAccessKey: keys.secretAccessKey },
  })
  return { iam: new IAMClient(settingOf(endpoint.keys)), sts: (keys) => new STSClient(settingOf(keys)) }
}

const documentOf = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const reads = {
  Effect: 'Allow',
  Action: ['s3:GetObject', 's3:GetObjectVersion'],
  Resource: `arn:aws:s3:::${BUCKET}/*`,
}
const lists = { Effect: 'Allow', Action: 's3:ListBucket', Resource: `arn:aws:s3:::${BUCKET}` }
const keysAlone = { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], Resource: '*' }

async function userKeys({ iam }: Clients): Promise<Keys> {
  const UserName = 'user'
  await iam.send(new CreateUserCommand({ UserName }))
  const own = { PolicyName: 'own', PolicyDocument: documentOf(lists) }
  await iam.send(new PutUserPolicyCommand({ UserName, ...own }))
  const managed = { keys: documentOf(keysAlone), reads: documentOf(reads, lists) }
  for (const [name, text] of Object.entries(managed)) {
    const PolicyArn = await policyArn(iam, name, text)
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }))
  }
  const PermissionsBoundary = await policyArn(
    iam,
    'boundary',
    documentOf({ ...reads, Action: 's3:*' }, keysAlone),
  )
  await iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }))
  return await keysOfUser(iam, UserName)
}

async function sessionKeys({ iam, sts }: Clients): Promise<Keys> {
  const AssumeRolePolicyDocument = documentOf({
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::100000000001:root' },
    Action: 'sts:AssumeRole',
  })
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'role', AssumeRolePolicyDocument }))
  const own = { PolicyName: 'own', PolicyDocument: documentOf({ ...reads, Action: 's3:*' }) }
  await iam.send(new PutRolePolicyCommand({ RoleName: 'role', ...own }))
  const UserName = 'assumes'
  await iam.send(new CreateUserCommand({ UserName }))
  const may = documentOf({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: Role?.Arn })
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument: may }))
  const keys = await keysOfUser(iam, UserName)
  const asked = { RoleArn: Role?.Arn, RoleSessionName: 'session', Policy: documentOf(reads, lists) }
  const { Credentials } = await sts(keys).send(new AssumeRoleCommand(asked))
  return {
    ...keys,
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  }
}

async function policyArn(iam: IAMClient, PolicyName: string, PolicyDocument: string): Promise<string> {
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }))
  return Policy?.Arn ?? ''
}

async function keysOfUser(iam: IAMClient, UserName: string): Promise<Keys> {
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  const region = await iam.config.region()
  return {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
    region,
  }
}
