import type { Caller, CallersPolicies } from '../access/caller.ts'
import type { FederatedUser } from '../access/principal.ts'
import { type Soon, soon } from '../base/soon.ts'
import { DerivedCache } from '../metadata/derived-cache.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { memoryOf, sessionPolicies } from './identity-policies.ts'
import { mergedTags } from './merged-tags.ts'
import type { FederatedSession, SessionHolder } from './session-token.ts'

type Narrowing = Pick<CallersPolicies, 'session' | 'scopes'>

/** With what it was made of. */
interface Known {
  readonly holder: Caller
  readonly narrowing: Narrowing
  readonly caller: Caller
}

/** Of sessions' policies, compiled. */
const MOST_BYTES = 16 * 1024 * 1024

/**
 * What sessions of GetFederationToken are to decisions. Whoever began one is looked up again each time, and so are its managed
 * policies: what they may holds from the next request on.
 */
export class FederatedCallers {
  readonly #findHolder: (of: SessionHolder) => Soon<Caller | undefined>
  readonly #narrowings: DerivedCache<Narrowing>
  readonly #known = new WeakMap<FederatedSession, Known>()

  constructor(metadata: OrderedStore, findHolder: (of: SessionHolder) => Soon<Caller | undefined>) {
    this.#findHolder = findHolder
    this.#narrowings = new DerivedCache(metadata, MOST_BYTES, memoryOf)
  }

  /** `undefined` where whoever began the session, or the account, is gone. */
  find(accessKeyId: string, session: FederatedSession): Soon<Caller | undefined> {
    return soon(this.#findHolder(session), (holder) => {
      if (!holder) return undefined
      const found = this.#narrowings.find(accessKeyId, (rows) =>
        sessionPolicies(rows, session.accountId, session),
      )
      return soon(found, (narrowing) => this.#callerOf(accessKeyId, session, holder, narrowing))
    })
  }

  #callerOf(accessKeyId: string, session: FederatedSession, holder: Caller, narrowing: Narrowing): Caller {
    const known = this.#known.get(session)
    if (known?.narrowing === narrowing && isSame(known.holder, holder)) return known.caller
    const caller = federatedCaller(accessKeyId, session, holder, narrowing)
    this.#known.set(session, { holder, narrowing, caller })
    return caller
  }
}

/** A user's caller is another one after each change; a root user's is made anew each time, and never changes. */
function isSame(one: Caller, other: Caller): boolean {
  return one === other || (one.principal.kind === 'account' && other.principal.kind === 'account')
}

function federatedCaller(
  accessKeyId: string,
  session: FederatedSession,
  holder: Caller,
  narrowing: Narrowing,
): Caller {
  const { name, tags = [], issuedMilliseconds } = session
  return {
    principal: federatedUser(holder, name),
    policies: { ...holder.policies, ...narrowing },
    traits: {
      tags: mergedTags(tags, holder.traits.tags ?? []),
      session: { accessKeyId, issuedAt: new Date(issuedMilliseconds) },
    },
  }
}

function federatedUser({ principal }: Caller, name: string): FederatedUser {
  if (principal.kind === 'user')
    return { kind: 'federated-user', account: principal.account, name, user: principal }
  if (principal.kind === 'account') return { kind: 'federated-user', account: principal.account, name }
  throw new Error(`nobody federates a ${principal.kind}`)
}
