import type { AccessRule } from '../access/access-rule.ts'
import type { Account, AccountDirectory } from '../access/accounts.ts'
import type { Decision } from '../access/decide.ts'
import type { Principal } from '../access/principal.ts'
import { assert } from '../base/assert.ts'
import type { Clock } from '../base/clock.ts'
import type { Random } from '../base/random.ts'
import type { RequestHead } from '../base/request-head.ts'
import type { BucketRow } from '../metadata/tables/rows.ts'
import type { OperationInputs, OperationName, OperationOutputs } from '../model/types.gen.ts'
import type { ContentPins } from './content/content-pins.ts'
import type { Stores } from './content/stores.ts'

/** What the operator chose. */
export interface S3Settings {
  readonly region: string
  /** Storage classes accepted besides S3's own. */
  readonly storageClasses: readonly string[]
  /** The least size of every part but the last; 5 MiB on S3, less in tests. */
  readonly minimumPartBytes: number
  readonly newBuckets: { readonly objectOwnership: string; readonly blockPublicAccess: boolean }
}

/** What every operation of one server works on. */
export interface S3Service {
  readonly stores: Stores
  readonly settings: S3Settings
  readonly accounts: AccountDirectory
  readonly clock: Clock
  readonly random: Random
  readonly pins: ContentPins
  /** Tells the garbage worker that a commit left it something to do. */
  readonly garbageAdded: () => void
}

/** One request, as an operation sees it. */
export interface OperationContext {
  readonly service: S3Service
  readonly principal: Principal
  readonly head: RequestHead
  /** The bucket that the request names, as it was when access to it was decided. */
  readonly bucket: BucketRow | undefined
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal
  /** Decides on a further resource than the request's own: a copy's source, each key of DeleteObjects. */
  decide(rule: AccessRule, bucket: BucketRow): Decision
}

export interface Operation<Name extends OperationName> {
  readonly name: Name
  readonly access: AccessRule
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

/** The bucket a request was let into. Writes rely on `bucketForWrite` instead. */
export function bucketOf(context: OperationContext): BucketRow {
  assert(context.bucket, 'the operation is about no bucket')
  return context.bucket
}

/** `Owner` as answers give it. An account that is in no directory any more keeps its id. */
export function ownerOf(accounts: AccountDirectory, accountId: string): { ID: string; DisplayName?: string } {
  const account: Account | undefined = accounts.findById(accountId)
  return account ? { ID: account.canonicalId, DisplayName: account.displayName } : { ID: accountId }
}
