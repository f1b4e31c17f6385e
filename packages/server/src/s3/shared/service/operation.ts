import type { AccessRule } from '../../../access/access-rule.ts'
import type { Decision } from '../../../access/decision.ts'
import type { Caller } from '../../../access/caller.ts'
import { accountOf, type Principal } from '../../../access/principal.ts'
import { assert } from '../../../base/assert.ts'
import type { RequestHead } from '../../../base/request-head.ts'
import type { S3Error } from '../../../model/s3-error.ts'
import type { OperationInputs, OperationName, OperationOutputs } from '../../../model/types.gen.ts'
import type { AccessTarget, ReachedBucket } from './access-target.ts'
import type { NotedAccess } from '../access-log/noted-access.ts'
import type { ContextKeys } from '../../../access/request-context.ts'
import type { RequestFacts } from './request-facts.ts'
import type { S3Service } from './service.ts'

/** The bucket that a service acts for. */
export interface ServiceSource {
  readonly accountId: string
  /** Condition keys: `aws:SourceArn`, `aws:SourceAccount`. */
  readonly keys: Readonly<Record<string, string>>
}

/** One request, as an operation sees it. */
export interface OperationContext {
  readonly service: S3Service
  readonly caller: Caller
  /** The caller's. */
  readonly principal: Principal
  readonly head: RequestHead
  /** The bucket that the request names, as it was when access to it was decided. */
  readonly bucket: ReachedBucket | undefined
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal
  readonly facts: RequestFacts
  /** For whom a service acts. */
  readonly onBehalfOf?: ServiceSource | undefined
  /**
   * What is answered for whatever was thrown, for an operation that fails for one of several things alone. The log is told
   * of faults.
   */
  errorOf(error: unknown): S3Error
  /** Decides on a further resource than the request's own: a copy's source, each key of DeleteObjects. `keys` as in `authorize`. */
  decide(rule: AccessRule, target: AccessTarget, keys?: ContextKeys): Promise<Decision>
  /**
   * The same, throwing AccessDenied, or NoSuchKey where the caller may know that. `keys`: condition keys that only the
   * operation knows.
   */
  authorize(rule: AccessRule, target?: AccessTarget, keys?: ContextKeys): Promise<Decision>
  /** Puts what was done with something else than the request's own target into the access log of its bucket. */
  noteAccess(access: NotedAccess): void
  /** What the caller is told where it may not know which keys there are; absent where it may. */
  refuseToList(target: AccessTarget | undefined): Promise<S3Error | undefined>
}

export interface Operation<Name extends OperationName> {
  readonly name: Name
  readonly access: AccessRule
  /** What is asked for instead where the request says that it brings a version of another Holdfast. */
  readonly replicaAccess?: AccessRule
  /** Access is decided by the handler: on each of several objects alone, or by more than the rule. */
  readonly decidesItself?: boolean
  /** The handler says itself what is told of an absent object, for it is about several: a copy's source and its target. */
  readonly hidesMissingKeys?: boolean
  /** Condition keys that stand in the request's document. */
  contextKeys?(input: OperationInputs[Name], now: Date): ContextKeys
  /** There is no such thing on general purpose buckets. Whether an operation takes directory buckets its rule tells. */
  readonly isOfDirectories?: true
  /** It may use the space that is kept for this when the disk is full. */
  readonly freesSpace?: boolean
  /** Long work: the answer may begin, with white space, before the result is known (CopyObject and its like). */
  readonly answersEarly?: boolean
  handle(input: OperationInputs[Name], context: OperationContext): Promise<OperationOutputs[Name]>
}

/** Declares an operation. The types of its input and output follow from its name. */
export function defineOperation<const Name extends OperationName>(
  name: Name,
  declaration: Omit<Operation<Name>, 'name'>,
): Operation<Name> {
  return { name, ...declaration }
}

/** The caller's account, which whoever was let into a rule about its account has. */
export function accountIdOf({ principal }: Pick<OperationContext, 'principal'>): string {
  const account = accountOf(principal)
  assert(account, 'the caller has no account')
  return account.id
}

/** The bucket a request was let into. Writes rely on `bucketForWrite` instead. */
export function bucketOf(context: OperationContext): ReachedBucket {
  assert(context.bucket, 'the operation is about no bucket')
  return context.bucket
}
