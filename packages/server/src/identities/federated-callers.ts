import type { Caller } from '../access/caller.ts'
import type { FederatedUser } from '../access/principal.ts'
import { type Soon, soon } from '../base/soon.ts'
import { sessionPolicies } from './identity-policies.ts'
import { mergedTags } from './merged-tags.ts'
import type { FederatedSession, SessionHolder } from './session-token.ts'

/**
 * What sessions of GetFederationToken are to decisions. Whoever began one is looked up again each time: what they may holds from
 * the next request on.
 */
export class FederatedCallers {
  readonly #findHolder: (of: SessionHolder) => Soon<Caller | undefined>
  /** With the holder that it was made of. */
  readonly #known = new WeakMap<FederatedSession, { readonly holder: Caller; readonly caller: Caller }>()

  constructor(findHolder: (of: SessionHolder) => Soon<Caller | undefined>) {
    this.#findHolder = findHolder
  }

  /** `undefined` where whoever began the session, or the account, is gone. */
  find(accessKeyId: string, session: FederatedSession): Soon<Caller | undefined> {
    return soon(this.#findHolder(session), (holder) => {
      if (!holder) return undefined
      const known = this.#known.get(session)
      if (known && isSame(known.holder, holder)) return known.caller
      const caller = callerOf(accessKeyId, session, holder)
      this.#known.set(session, { holder, caller })
      return caller
    })
  }
}

/** A user's caller is another one after each change; a root user's is made anew each time, and never changes. */
function isSame(one: Caller, other: Caller): boolean {
  return one === other || (one.principal.kind === 'account' && other.principal.kind === 'account')
}

function callerOf(accessKeyId: string, session: FederatedSession, holder: Caller): Caller {
  const { name, tags = [], issuedMilliseconds } = session
  return {
    principal: federatedUser(holder, name),
    policies: { ...holder.policies, ...sessionPolicies(session) },
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
