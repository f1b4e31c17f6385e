import { ABSENT, isContentOf, type KeyLedger, type Ledger } from './ledger.ts'
import { BUCKETS } from './plan.ts'
import { pathOf, seedOf, type Send } from './simulated-client.ts'

/**
 * Holds a store whose rows or files were damaged against what was promised: every object is whole, or a 5xx tells that it
 * is not; never are bytes wrong, and nothing is missing without a word. One damage costs no listing. Returns problems.
 */
export async function checkDamagedStore(ledger: Ledger, send: Send): Promise<string[]> {
  const problems: string[] = []
  for (const bucket of BUCKETS) {
    const listing = await send({ path: `/${bucket}`, query: 'list-type=2' })
    if (listing?.status !== 200) problems.push(`LIST ${bucket} answers ${listing?.status}`)
  }
  for (const key of ledger.keys()) {
    const path = pathOf(key.place)
    const expected = key.isUnclear ? undefined : key.current.candidates()
    problems.push(...(await checkRead({ ledger, send, key, path, query: '', expected })))
    for (const [versionId, { seed, state }] of key.versions) {
      if (state !== 'there' || seed === ABSENT) continue
      const query = `versionId=${encodeURIComponent(versionId)}`
      problems.push(...(await checkRead({ ledger, send, key, path, query, expected: new Set([seed]) })))
    }
  }
  return problems
}

interface Reading {
  readonly ledger: Ledger
  readonly send: Send
  readonly key: KeyLedger
  readonly path: string
  readonly query: string
  /** Seeds, or `ABSENT`; absent where it may be anything that was ever stored there. */
  readonly expected: ReadonlySet<string> | undefined
}

async function checkRead({ ledger, send, key, path, query, expected }: Reading): Promise<string[]> {
  const answer = await send({ path, query })
  const isTold = !answer || answer.status >= 500
  if (isTold) return []
  const name = `${path}?${query}`
  if (answer.status === 404) {
    return expected && !expected.has(ABSENT) ? [`${name} is missing, and nothing tells of it`] : []
  }
  const attempt = ledger.find(seedOf(answer))
  if (answer.status !== 200 || !attempt || !key.attempts.includes(attempt)) {
    return [`${name} answers ${answer.status} with ${seedOf(answer)}`]
  }
  if (!isContentOf(attempt, answer.body)) return [`${name}: not the bytes of ${attempt.seed}`]
  return expected && !expected.has(attempt.seed) ? [`${name}: ${attempt.seed} was replaced or deleted`] : []
}
