import type { AccessRule } from '../access/access-rule.ts'
import { decide } from '../access/decide.ts'
import type { Explanation } from '../access/explanation.ts'
import type { Caller } from '../access/caller.ts'
import { parseIamPolicy } from '../access/policy/parse-iam-policy.ts'
import { PolicyError } from '../access/policy/policy-error.ts'
import { accountOf, arnOf, ownArnOf, type Principal } from '../access/principal.ts'
import { S3_ACTIONS } from '../access/s3-actions.ts'
import { type AskedCaller, callerNamed, isOfSession } from '../identities/caller-named.ts'
import { S3Error } from '../model/s3-error.ts'
import type { AccessTarget } from './shared/service/access-target.ts'
import { gather } from './shared/deciding/authorize.ts'
import { readBucket } from './shared/bucket/bucket-row.ts'
import { invalid, type Question, resourceOf } from './explain-question.ts'
import type { Operation } from './shared/service/operation.ts'
import { operations } from './s3-operations.ts'
import type { AccessService } from './shared/service/service.ts'

/**
 * How a request would be decided on, and why, by the very code that decides on requests. Changes nothing. Throws
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
  if (askerId !== undefined && target?.bucket.ownerAccountId !== askerId) throw new S3Error('AccessDenied')
  // Only now: which accounts there are is not for everybody to try out.
  const caller = await askedCaller(service, question, askerId)
  const keys = question.context
  const { evidence, missing, row } = await gather({ service, caller }, { rule, target, keys })
  const { allowed, reasons } = decide(evidence)
  const { action, resource } = evidence
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

const NOBODY =
  'No such principal. Give "anonymous", an account (its id, ARN, canonical id or an access key id), a user, a role or a session (its ARN, id, user/NAME or role/NAME)'

async function askedCaller(
  { accounts, clock, stores: { metadata } }: AccessService,
  { principal, sessionPolicy, federatedBy }: Question,
  askerId: string | undefined,
): Promise<Caller> {
  const narrowing = sessionPolicy === undefined ? undefined : narrowingOf([sessionPolicy].flat())
  const homeId = askerId ?? accounts.accounts[0]?.id
  const asked = { name: principal, narrowing, federatedBy }
  const caller = await callerNamed({ accounts, clock, metadata }, asked, homeId)
  if (!caller || !mayBeTold(caller, askerId)) throw invalid('principal', principal, NOBODY)
  if (narrowing && !isOfSession(caller)) {
    throw invalid('sessionPolicy', '', 'A session policy narrows sessions of roles and federated ones alone')
  }
  if (federatedBy !== undefined && caller.principal.kind !== 'federated-user') {
    throw invalid('federatedBy', federatedBy, 'Only a federated session was begun by somebody else')
  }
  return caller
}

/** What users and roles of another account may is for its own root user to know. */
function mayBeTold({ principal }: Caller, askerId: string | undefined): boolean {
  const account = accountOf(principal)
  return askerId === undefined || !account || account.id === askerId || principal.kind === 'account'
}

/** ARNs of managed policies, and at most one text of a policy. */
function narrowingOf(policies: readonly string[]): NonNullable<AskedCaller['narrowing']> {
  const policyArns = policies.filter((text) => text.startsWith('arn:'))
  const [policy, ...others] = policies.filter((text) => !text.startsWith('arn:'))
  if (others.length > 0) throw invalid('sessionPolicy', '', 'A session has one policy, besides ARNs')
  if (policy === undefined) return { policyArns }
  try {
    parseIamPolicy(policy, 'identity')
    return { policy, policyArns }
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause
    throw invalid('sessionPolicy', '', `It is no session policy: ${cause.message}`)
  }
}

function nameOf(principal: Principal): string {
  const account = accountOf(principal)
  return ownArnOf(principal) ?? (account ? arnOf(account) : 'anonymous')
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
  const rule = rules.get(name)
  if (rule) return rule
  const on = S3_ACTIONS.get(name)
  if (on === undefined) throw invalid('action', action, 'No such action of S3')
  return { action: action as AccessRule['action'], on: on === 'other' ? 'account' : on }
}

async function targetOf(
  service: AccessService,
  rule: AccessRule,
  { action, resource, versionId }: Question,
): Promise<AccessTarget | undefined> {
  if (rule.on === 'account') return undefined
  const { bucketName, key } = resourceOf(resource)
  if (bucketName === undefined || (rule.on === 'object') !== (key !== undefined)) {
    throw invalid(
      'resource',
      resource,
      `${action} is about ${rule.on === 'object' ? 'an object' : 'a bucket'}`,
    )
  }
  return { bucketName, bucket: await readBucket(service.stores, bucketName), key, versionId }
}
