import type { Explanation } from '../access/explanation.ts'
import { iamOperations } from '../iam/iam-operations.ts'
import { explainCall, roleOfArn } from '../identities/explain-call.ts'
import { explainKeyUse, keyOfArn } from '../kms/explain-key.ts'
import { kmsOperations } from '../kms/kms-operations.ts'
import { S3Error } from '../model/s3-error.ts'
import { explain as explainS3 } from '../s3/explain.ts'
import { askedCaller, invalid, nameOf, type Question } from '../s3/explain-question.ts'
import type { AccessService } from '../s3/shared/service/service.ts'
import { stsOperations } from '../sts/sts-operations.ts'

/**
 * How a request to any of the services would be decided on, and why, by what decides on requests. Changes nothing. Throws
 * InvalidArgument for a question that makes no sense, NoSuchBucket. `askerId`: the account whose root user asks; throws
 * AccessDenied unless the bucket, key or role is its own, and tells nothing of the policies of other accounts. Absent: the
 * operator asks.
 */
export async function explain(
  service: AccessService,
  question: Question,
  askerId?: string,
): Promise<Explanation> {
  const action = otherActions().get(question.action.toLowerCase())
  if (action === undefined) return explainS3(service, question, askerId)
  if (question.versionId !== undefined)
    throw invalid('versionId', question.versionId, 'Objects alone have versions')
  return action.startsWith('kms:')
    ? explainKms(service, { ...question, action }, askerId)
    : explainIdentity(service, { ...question, action }, askerId)
}

/** What trust policies decide on besides. */
const OF_ROLES = [
  'sts:AssumeRole',
  'sts:AssumeRoleWithWebIdentity',
  'sts:TagSession',
  'sts:SetSourceIdentity',
]

let others: ReadonlyMap<string, string> | undefined

/** All but S3's, by their names in lower case. */
function otherActions(): ReadonlyMap<string, string> {
  const names = [
    ...Array.from(kmsOperations.keys(), (name) => `kms:${name}`),
    ...Array.from(iamOperations.keys(), (name) => `iam:${name}`),
    ...Array.from(stsOperations.keys(), (name) => `sts:${name}`),
    ...OF_ROLES,
  ]
  return (others ??= new Map(names.map((name) => [name.toLowerCase(), name])))
}

async function explainKms(
  service: AccessService,
  question: Question,
  askerId: string | undefined,
): Promise<Explanation> {
  const { action, resource, context = {} } = question
  if (resource === '*') return explainIdentity(service, question, askerId)
  const keys = { ...service.settings, metadata: service.stores.metadata, clock: service.clock }
  const key = await keyOfArn(keys, resource)
  mayAsk(askerId, key?.row.accountId)
  if (!key) throw invalid('resource', resource, 'There is no such key. Give its ARN, with its id, or *')
  const caller = await signer(service, question, askerId)
  const decision = await explainKeyUse(keys, caller, key, action.slice('kms:'.length), context)
  const { allowed, reasons } = decision
  return { principal: nameOf(caller.principal), action, resource, allowed, reasons }
}

async function explainIdentity(
  service: AccessService,
  question: Question,
  askerId: string | undefined,
): Promise<Explanation> {
  const { action, resource, context = {} } = question
  const role = OF_ROLES.includes(action) ? await roleOfArn(service.stores.metadata, resource) : undefined
  const [, ofArn] = /^arn:aws:[\w-]+:[^:]*:(\d{12}):./.exec(resource) ?? []
  const owner = role?.accountId ?? ofArn ?? (resource === '*' ? askerId : undefined)
  mayAsk(askerId, owner)
  if (OF_ROLES.includes(action) && !role)
    throw invalid('resource', resource, 'There is no such role. Give its ARN')
  if (resource !== '*' && owner === undefined)
    throw invalid('resource', resource, 'Give the ARN of something of an account, or *')
  const caller = await signer(service, question, askerId)
  const accountId = owner ?? ('account' in caller.principal ? caller.principal.account.id : '')
  const call = { action, resource, accountId, role, keys: context }
  const { allowed, reasons } = explainCall({ clock: service.clock, ...service.settings }, caller, call)
  return { principal: nameOf(caller.principal), action, resource, allowed, reasons }
}

function mayAsk(askerId: string | undefined, ownerId: string | undefined): void {
  if (askerId !== undefined && askerId !== ownerId) throw new S3Error('AccessDenied')
}

/** Nobody asks these services for anything without a signature. */
async function signer(service: AccessService, question: Question, askerId: string | undefined) {
  const caller = await askedCaller(service, question, askerId)
  if (caller.principal.kind !== 'anonymous') return caller
  throw invalid('principal', question.principal, `${question.action} needs somebody who signs`)
}
