import type { AccessRule } from '../access/access-rule.ts'
import type { Decision } from '../access/decision.ts'
import type { Explanation } from '../access/explanation.ts'
import type { ContextKeys } from '../access/request-context.ts'
import { DIRECTORY_ACTIONS, S3_ACTIONS } from '../access/s3-actions.ts'
import { S3Error } from '../model/s3-error.ts'
import type { AccessTarget } from './shared/service/access-target.ts'
import { reachBucket } from './shared/access-points/reach-bucket.ts'
import type { Access, Asking } from './shared/deciding/asking.ts'
import { decisionOn, gather } from './shared/deciding/authorize.ts'
import { assertOfArn } from './shared/bucket/bucket-of-arn.ts'
import { readBucket } from './shared/bucket/bucket-row.ts'
import { askedCaller, invalid, nameOf, type Question, resourceOf } from './explain-question.ts'
import type { Operation } from './shared/service/operation.ts'
import { operations } from './s3-operations.ts'
import type { AccessService } from './shared/service/service.ts'

/**
 * How a request to S3 would be decided on, and why, by the very code that decides on requests. Changes nothing. Throws
 * InvalidArgument for a question that makes no sense, NoSuchBucket. `askerId`: the account whose root user asks; throws
 * AccessDenied unless it owns the bucket, and tells nothing of the policies of other accounts. Absent: the operator asks.
 */
export async function explain(
  service: AccessService,
  question: Question,
  askerId?: string,
): Promise<Explanation> {
  const rule = ruleOf(question.action)
  const target = await targetOf(service, rule, question)
  if (askerId !== undefined && !isOwn(target, askerId)) throw new S3Error('AccessDenied')
  // Only now: which accounts there are is not for everybody to try out.
  const caller = await askedCaller(service, question, askerId)
  const keys = question.context
  const { gathered, decision } = await decided({ service, caller }, { rule, target, keys })
  const { evidence, missing, row } = gathered
  const isNone = target && !target.bucket.directory && DIRECTORY_ACTIONS.has(rule.action.toLowerCase())
  const { allowed, reasons } = isNone ? NO_DIRECTORY : decision
  const { action } = evidence
  const { resource } = evidence.accessPoint ?? evidence
  const object = row ? 'exists' : missing ? 'does not exist' : undefined
  return {
    principal: nameOf(caller.principal),
    action,
    resource,
    ...(object && { object }),
    allowed,
    reasons,
  }
}

/** No operation asks for it on such a bucket, whatever policies say. */
const NO_DIRECTORY: Decision = {
  allowed: false,
  reasons: [
    { source: 'default', effect: 'Deny', matched: true, detail: 'the bucket is no directory bucket' },
  ],
}

/** As CreateSession decides: a request that names no mode gets the widest that the caller may have. */
async function decided(asking: Asking, access: Access) {
  const decideOn = async (keys: ContextKeys) => {
    const gathered = await gather(asking, { ...access, keys })
    return { gathered, decision: decisionOn(gathered) }
  }
  const { rule, keys = {} } = access
  const isMode = (key: string): boolean => key.toLowerCase() === 's3express:sessionmode'
  if (rule.action.toLowerCase() !== 's3express:createsession' || Object.keys(keys).some(isMode))
    return decideOn(keys)
  const writing = await decideOn({ ...keys, 's3express:SessionMode': 'ReadWrite' })
  return writing.decision.allowed ? writing : decideOn({ ...keys, 's3express:SessionMode': 'ReadOnly' })
}

/** By action in lower case. Operations that share an action share its rule. */
let rules: ReadonlyMap<string, AccessRule> | undefined

function allRules(): ReadonlyMap<string, AccessRule> {
  const found = new Map<string, AccessRule>()
  const add = (action: AccessRule['action'], rule: AccessRule): void => {
    if (!found.has(action.toLowerCase())) found.set(action.toLowerCase(), { ...rule, action })
  }
  for (const { access } of Object.values(operations) as readonly Pick<Operation<'GetObject'>, 'access'>[]) {
    const { versionedAction, ...rule } = access
    add(access.action, rule)
    // Asked for by its own name: named version or not, it stays what it is.
    if (versionedAction) add(versionedAction, { ...access, action: versionedAction })
  }
  return found
}

/** The rule of the operation that asks for the action; one that no operation asks for alone has no ACL. */
function ruleOf(action: string): AccessRule {
  rules ??= allRules()
  const name = action.toLowerCase()
  const ofDirectories = DIRECTORY_ACTIONS.get(name)
  if (ofDirectories) {
    const directory = { action: action as `s3express:${string}` }
    return { ...directory, on: ofDirectories === 'other' ? 'account' : 'bucket', directory }
  }
  const rule = rules.get(name)
  if (rule) return rule
  const on = S3_ACTIONS.get(name)
  if (on === undefined) {
    const isShort = S3_ACTIONS.has(`s3:${name}`)
    throw invalid('action', action, isShort ? `It is written s3:${action}` : 'No such action of S3')
  }
  return { action: action as AccessRule['action'], on: on === 'other' ? 'account' : on }
}

async function targetOf(
  service: AccessService,
  rule: AccessRule,
  { action, resource, versionId }: Question,
): Promise<AccessTarget | undefined> {
  if (rule.on === 'account') return undefined
  const { bucketName, accessPoint, key } = resourceOf(resource)
  const fits = (rule.on === 'object') === (key !== undefined)
  if (accessPoint && fits) return { ...(await reachBucket(service, accessPoint)), key, versionId }
  if (bucketName !== undefined && fits) {
    const bucket = await readBucket(service.stores, bucketName)
    assertOfArn(resource, bucket)
    return { bucketName, bucket, key, versionId }
  }
  throw invalid('resource', resource, `${action} is about ${rule.on === 'object' ? 'an object' : 'a bucket'}`)
}

/** Whether all policies that an explanation tells of are of the account. */
function isOwn(target: AccessTarget | undefined, accountId: string): boolean {
  const owners = [target?.bucket.ownerAccountId, target?.bucket.through?.accountId ?? accountId]
  return owners.every((ownerId) => ownerId === accountId)
}
