import type { Caller } from '../../access/caller.ts'
import { authorizeCall } from '../../identities/authorize-call.ts'
import { isLimitedSession } from '../../identities/is-limited-session.ts'
import type { StsInputs, StsOperationName, StsOutputs } from '../../model/sts-types.gen.ts'
import { notImplemented, QueryError } from '../../model/query-error.ts'
import type { StsContext, UnsignedContext } from './sts-service.ts'

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

type SessionsThatMay = 'all' | 'not federated' | 'of roles' | 'none' | 'nobody else'

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
    refuseUnsupported(given, declaration.unsupported)
    const output = await declaration.handle(given as unknown as StsInputs[Name], context)
    return output as unknown as Readonly<Record<string, unknown>>
  }
  return { name, action, run }
}

/** One that nobody signs: what comes in it says who asks. */
export interface UnsignedOperation {
  readonly name: StsOperationName
  /** The permission that the operation asks for itself. */
  readonly action: `sts:${string}`
  run(
    input: Readonly<Record<string, unknown>>,
    context: UnsignedContext,
  ): Promise<Readonly<Record<string, unknown>>>
}

export function defineUnsignedOperation<Name extends StsOperationName>(
  name: Name,
  declaration: {
    readonly unsupported?: readonly (keyof StsInputs[Name] & string)[]
    handle(input: StsInputs[Name], context: UnsignedContext): Promise<StsOutputs[Name]>
  },
): UnsignedOperation {
  const run = async (given: Readonly<Record<string, unknown>>, context: UnsignedContext) => {
    refuseUnsupported(given, declaration.unsupported)
    const output = await declaration.handle(given as unknown as StsInputs[Name], context)
    return output as unknown as Readonly<Record<string, unknown>>
  }
  return { name, action: `sts:${name}`, run }
}

function refuseUnsupported(
  given: Readonly<Record<string, unknown>>,
  unsupported: readonly string[] = [],
): void {
  const strange = unsupported.find((member) => given[member] !== undefined)
  if (strange !== undefined) throw notImplemented(strange)
}

function refuseSessions(name: StsOperationName, may: SessionsThatMay, caller: Caller): void {
  if (mayCall(may, caller)) return
  const credentials =
    may === 'nobody else' ? 'long-term credentials or those of a root user' : 'session credentials'
  throw new QueryError('AccessDenied', `Cannot call ${name} with ${credentials}`)
}

function mayCall(may: SessionsThatMay, caller: Caller): boolean {
  switch (may) {
    case 'all':
      return true
    case 'not federated':
      return caller.principal.kind !== 'federated-user'
    case 'of roles':
      return !isLimitedSession(caller)
    case 'none':
      return caller.traits.session === undefined
    case 'nobody else':
      return caller.traits.session !== undefined && caller.principal.kind !== 'account'
  }
}
