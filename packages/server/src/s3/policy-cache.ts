import type { Policy } from '../access/policy/policy.ts'

const MOST_CACHED = 1000

/** Parsed policies by their id, which changes with every put: nothing in here is ever stale. */
export class PolicyCache {
  readonly #policies = new Map<string, Policy>()

  get(policyId: string): Policy | undefined {
    return this.#policies.get(policyId)
  }

  set(policyId: string, policy: Policy): void {
    const [oldest] = this.#policies.keys()
    if (oldest !== undefined && this.#policies.size >= MOST_CACHED) this.#policies.delete(oldest)
    this.#policies.set(policyId, policy)
  }
}
