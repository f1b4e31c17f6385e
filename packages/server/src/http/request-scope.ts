import type { AccessRule } from '../access/access-rule.ts'
import type { Decision } from '../access/decide.ts'
import type { Principal } from '../access/principal.ts'
import type { RequestHead } from '../base/request-head.ts'
import type { BucketRow } from '../metadata/tables/rows.ts'
import type { AccessTarget } from '../s3/access-target.ts'
import { type Asking, authorize, decideAccess, mayList } from '../s3/authorize.ts'
import type { Cancellable } from '../s3/content/cancellable.ts'
import type { OperationContext } from '../s3/operation.ts'
import type { AskedRequest } from '../s3/request-context.ts'
import type { RequestFacts } from '../s3/request-facts.ts'
import type { S3Service } from '../s3/service.ts'

/** Who asks, with the request itself. */
export interface PipelineAsking extends Asking {
  readonly service: S3Service
  readonly request: AskedRequest
}

/** What an operation sees of its request. A class, for it is made for every request: a tenth of what closures cost. */
export class RequestScope implements OperationContext {
  readonly service: S3Service
  readonly principal: Principal
  readonly head: RequestHead
  readonly bucket: BucketRow | undefined
  readonly facts: RequestFacts
  readonly #asking: Asking
  readonly #client: Cancellable

  constructor(asking: PipelineAsking, client: Cancellable, bucket: BucketRow | undefined) {
    this.service = asking.service
    this.principal = asking.principal
    this.head = asking.request.head
    this.bucket = bucket
    this.facts = asking.request.facts
    this.#asking = asking
    this.#client = client
  }

  get signal(): AbortSignal {
    return this.#client.signal
  }

  decide(rule: AccessRule, target: AccessTarget): Promise<Decision> {
    return decideAccess(this.#asking, { rule, target })
  }

  authorize(rule: AccessRule, target: AccessTarget): Promise<void> {
    return authorize(this.#asking, { rule, target })
  }

  mayList(target: AccessTarget | undefined): Promise<boolean> {
    return mayList(this.#asking, target)
  }
}
