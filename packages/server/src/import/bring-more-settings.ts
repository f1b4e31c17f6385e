import { idOf } from '../identities/policy-principals.ts'
import { S3Error } from '../model/s3-error.ts'
import type { OperationInputs, OperationName, ReplicationRule } from '../model/types.gen.ts'
import { decodeInput } from '../protocol/decode.ts'
import { readXml } from '../protocol/xml-reader.ts'
import { findBucket } from '../s3/shared/bucket/bucket-row.ts'
import { bucketNameOfArn } from '../model/bucket-arn.ts'
import { perform } from '../set-up/perform.ts'
import type { ImportJob } from './import-target.ts'
import type { Setting } from './s3-source.ts'
import { childrenOf, textOf } from './xml-elements.ts'

/** A bucket whose settings the source itself is asked for. */
export type MoreSettingsJob = Pick<ImportJob, 'source' | 'service' | 'owner' | 'from' | 'to'>

/** By what they are called in the query that asks for them. Tags have to be there before `abac`, which keeps them from being put. */
const SINGLE = {
  accelerate: { put: 'PutBucketAccelerateConfiguration', isSet: /<Status>/ },
  abac: { put: 'PutBucketAbac', isSet: /<Status>Enabled/ },
} as const

const LISTS = {
  metrics: { put: 'PutBucketMetricsConfiguration', element: 'MetricsConfiguration' },
  'intelligent-tiering': {
    put: 'PutBucketIntelligentTieringConfiguration',
    element: 'IntelligentTieringConfiguration',
  },
  analytics: { put: 'PutBucketAnalyticsConfiguration', element: 'AnalyticsConfiguration' },
  inventory: { put: 'PutBucketInventoryConfiguration', element: 'InventoryConfiguration' },
} as const

/** Settings that configs have no members for. Says why where one cannot be; done again it changes nothing. */
export async function bringMoreSettings(job: MoreSettingsJob): Promise<string[]> {
  const problems: string[] = []
  const told = async (name: string, bring: () => Promise<readonly string[]>): Promise<void> => {
    const found = await unlessRefused(bring)
    problems.push(...found.map((problem) => `${name}: ${problem}`))
  }
  for (const [name, single] of Object.entries(SINGLE)) await told(name, () => bringSingle(job, name, single))
  for (const [name, list] of Object.entries(LISTS)) await told(name, () => bringList(job, name, list))
  await told('replication', () => bringReplication(job))
  return problems
}

async function unlessRefused(bring: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await bring()
  } catch (error) {
    if (!(error instanceof S3Error) || error.status >= 500) throw error
    return [`it was not taken here (${error.code}: ${error.message})`]
  }
}

type Query = Readonly<Record<string, string | undefined>>

function ask({ source, from }: MoreSettingsJob, query: Query): Promise<Setting> {
  return source.setting({ bucket: from, query })
}

function refusal(found: Setting): string[] {
  return found.kind === 'refused' ? [`the source does not let it be read (${found.code})`] : []
}

async function bringSingle(
  job: MoreSettingsJob,
  name: string,
  { put, isSet }: { readonly put: OperationName; readonly isSet: RegExp },
): Promise<string[]> {
  const found = await ask(job, { [name]: '' })
  if (found.kind !== 'text') return refusal(found)
  if (isSet.test(found.text.toString('utf8'))) await putDocument(job, put, { [name]: '' }, found.text)
  return []
}

/** One after the other, by their ids: each is the document that it is put as. */
async function bringList(
  job: MoreSettingsJob,
  name: string,
  { put, element }: { readonly put: OperationName; readonly element: string },
): Promise<string[]> {
  const problems: string[] = []
  let token: string | undefined
  do {
    const page = await ask(job, { [name]: '', 'continuation-token': token })
    if (page.kind !== 'text') return [...problems, ...refusal(page)]
    const document = readXml(page.text)
    for (const configuration of childrenOf(document, element)) {
      const id = textOf(configuration, 'Id') ?? ''
      const found = await ask(job, { [name]: '', id })
      const bring = async (): Promise<string[]> => {
        if (found.kind === 'text') await putDocument(job, put, { [name]: '', id }, found.text)
        return refusal(found)
      }
      problems.push(...(await unlessRefused(bring)).map((problem) => `${id}: ${problem}`))
    }
    token = textOf(document, 'NextContinuationToken')
  } while (token !== undefined)
  return problems
}

/** Rules whose destinations are here. */
async function bringReplication(job: MoreSettingsJob): Promise<string[]> {
  const found = await ask(job, { replication: '' })
  if (found.kind !== 'text') return refusal(found)
  const input = inputOf(job, 'PutBucketReplication', { replication: '' }, found.text)
  const { ReplicationConfiguration: configuration } = input
  const problems: string[] = []
  const here: ReplicationRule[] = []
  for (const rule of configuration.Rules) {
    const { Bucket } = rule.Destination
    const name = bucketNameOfArn(Bucket)
    if (name !== undefined && (await findBucket(job.service.stores, name))) here.push(rule)
    else problems.push(`rule ${rule.ID ?? 'without an id'} goes to ${Bucket}, which is not here`)
  }
  if (here.length === 0) return problems
  const ReplicationConfiguration = { ...configuration, Rules: here }
  const put = async (): Promise<string[]> => {
    await perform(job.service, job.owner, 'PutBucketReplication', { ...input, ReplicationConfiguration })
    return roleProblem(job, configuration.Role)
  }
  return [...problems, ...(await unlessRefused(put))]
}

/** A role may be made later: until then versions fail to be replicated. */
async function roleProblem({ service }: MoreSettingsJob, role: string): Promise<string[]> {
  const id = await idOf(service.stores.metadata, role)
  return id?.startsWith('AROA') ? [] : [`its role ${role} is not here: nothing is replicated before it is`]
}

async function putDocument(
  job: MoreSettingsJob,
  put: OperationName,
  query: Readonly<Record<string, string>>,
  text: Buffer,
): Promise<void> {
  await perform(job.service, job.owner, put, inputOf(job, put, query, text))
}

function inputOf<Name extends OperationName>(
  { to }: MoreSettingsJob,
  put: Name,
  query: Readonly<Record<string, string>>,
  text: Buffer,
): OperationInputs[Name] {
  const head = { method: 'PUT', path: '/', query: '', headers: {} }
  return decodeInput(put, { operation: put, bucket: to, query: new Map(Object.entries(query)) }, head, text)
}
