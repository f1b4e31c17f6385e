import type { AccessRule } from '../../../access/access-rule.ts'
import type { Caller } from '../../../access/caller.ts'
import type { ContextKeys } from '../../../access/request-context.ts'
import type { AccessTarget } from '../service/access-target.ts'
import type { AccessService } from '../service/service.ts'
import type { AskedRequest } from './gather-context.ts'

/** Who asks, and how. The same for every decision about one request. */
export interface Asking {
  readonly service: AccessService
  readonly caller: Caller
  /** Absent where nobody asks but to know what would be. */
  readonly request?: AskedRequest | undefined
}

/** What is asked for. */
export interface Access {
  readonly rule: AccessRule
  /** Absent where the rule is about the caller's own account. */
  readonly target?: AccessTarget | undefined
  /** Condition keys that only the operation knows. */
  readonly keys?: ContextKeys | undefined
}
