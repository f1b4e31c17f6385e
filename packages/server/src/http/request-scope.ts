import type { AccessRule } from '../access/access-rule.ts'
import type { Decision } from '../access/decision.ts'
import type { Caller } from '../access/caller.ts'
import type { Principal } from '../access/principal.ts'
import type { ContextKeys } from '../access/request-context.ts'
import type { RequestHead } from '../base/request-head.ts'
import type { S3Error } from '../model/s3-error.ts'
import type { AccessTarget, ReachedBucket } from '../s3/shared/service/access-target.ts'
import type { Asking } from '../s3/shared/deciding/asking.ts'
import { authorize, decideAccess, refuseToList } from '../s3/shared/deciding/authorize.ts'
import type { NotedAccess } from '../s3/shared/access-log/noted-access.ts'
import type { OperationContext } from '../s3/shared/service/operation.ts'
import type { AskedRequest } from '../s3/shared/deciding/gather-context.ts'
import type { RequestFacts } from '../s3/shared/service/request-facts.ts'
import type { S3Service } from '../s3/shared/service/service.ts'
import type { Incoming } from './incoming.ts'

/** Who asks, with the request itself. */
export interface PipelineAsking extends Asking {
  readonly service: S3Service
  readonly request: AskedRequest
}

/** What an operation sees of its request. A class, for it is made for every request: a tenth of what closures cost. */
export class RequestScope implements OperationContext {
  readonly service: S3Service
  readonly caller: Caller
  readonly head: RequestHead
  readonly bucket: ReachedBucket | undefined
  readonly facts: RequestFacts
  readonly #asking: Asking
  readonly #incoming: Incoming

  constructor(asking: PipelineAsking, incoming: Incoming, bucket: ReachedBucket | undefined) {
    this.service = asking.service
    this.caller = asking.caller
    this.head = asking.request.head
    this.bucket = bucket
    this.facts = asking.request.facts
    this.#asking = asking
    this.#incoming = incoming
  }

  get principal(): Principal {
    return this.caller.principal
  }

  get signal(): AbortSignal {
    return this.#incoming.client.signal
  }

  errorOf(error: unknown): S3Error {
    return this.#incoming.client.errorOf(error)
  }

  async decide(rule: AccessRule, target: AccessTarget, keys?: ContextKeys): Promise<Decision> {
    return decideAccess(this.#asking, { rule, target, keys })
  }

  async authorize(rule: AccessRule, target?: AccessTarget, keys?: ContextKeys): Promise<Decision> {
    try {
      return await authorize(this.#asking, { rule, target, keys })
    } catch (error) {
      this.#incoming.trail.refusingAccountId = target?.bucket.ownerAccountId
      throw error
    }
  }

  noteAccess(access: NotedAccess): void {
    this.#incoming.trail.note(access)
  }

  async refuseToList(target: AccessTarget | undefined): Promise<S3Error | undefined> {
    return refuseToList(this.#asking, target)
  }
}
