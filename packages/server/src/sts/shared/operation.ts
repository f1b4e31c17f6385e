import type { Caller } from '../../access/caller.ts'
import { authorizeCall } from '../../identities/authorize-call.ts'
import { isLimitedSession } from '../../identities/is-limited-session.ts'
import type { StsInputs, StsOperationName, StsOutputs } from '../../model/sts-types.gen.ts'
import { notImplemented, QueryError } from '../../model/query-error.ts'
import type { StsContext } from './sts-service.ts'

export interface StsOperation {
  readonly name: StsOperationName
  /** The permission it takes; absent where it takes none. */
  readonly action: `sts:${string}` | undefined
  /** `input` has been decoded by the model of this very operation. */
  run(
    input: Readonly<Record<string, unknown>>,
    context: StsContext,
  ): Promise<Readonly<Record<string, unknown>>>
}

type SessionsThatMay = 'all' | 'of roles' | 'none'

/** Declares an operation with its permission, which is named as it is and on no resource. */
export function defineOperation<Name extends StsOperationName>(
  name: Name,
  declaration: {
    /** None is needed, or the operation asks for it itself: it is on a resource. */
    readonly isForEverybody?: true
    /** Who calls by temporary credentials may be refused. Source: IAM User Guide, "Compare AWS STS credentials". */
    readonly sessions: SessionsThatMay
    /** Members that are not built: whoever sends one must not believe that it has its effect. */
    readonly unsupported?: readonly (keyof StsInputs[Name] & string)[]
    handle(input: StsInputs[Name], context: StsContext): Promise<StsOutputs[Name]>
  },
): StsOperation {
  const action = declaration.isForEverybody ? undefined : (`sts:${name}` as const)
  const run = async (given: Readonly<Record<string, unknown>>, context: StsContext) => {
    refuseSessions(name, declaration.sessions, context.caller)
    if (action) authorizeCall(context.service, context.caller, { action, resource: '*' })
    const strange = declaration.unsupported?.find((member) => given[member] !== undefined)
    if (strange !== undefined) throw notImplemented(strange)
    const output = await declaration.handle(given as unknown as StsInputs[Name], context)
    return output as unknown as Readonly<Record<string, unknown>>
  }
  return { name, action, run }
}

function refuseSessions(name: StsOperationName, may: SessionsThatMay, caller: Caller): void {
  const isRefused =
    may === 'none' ? caller.traits.session !== undefined : may === 'of roles' && isLimitedSession(caller)
  if (isRefused) throw new QueryError('AccessDenied', `Cannot call ${name} with session credentials`)
}
