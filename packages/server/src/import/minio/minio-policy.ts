/** A policy of MinIO as IAM takes it, and what of it there is nothing for here. */
export interface TakenPolicy {
  /** JSON text; absent where nothing is left of it. */
  readonly document: string | undefined
  /** Actions of MinIO's own administration, which statements were left out for. */
  readonly leftOut: readonly string[]
}

type Statement = Readonly<Record<string, unknown>>

/** Those are about MinIO itself, and name no resources. */
const OF_MINIO = /^(?:admin|kms|sts):/i

/** Leaves out what is about MinIO itself. All else stays as it is. */
export function takenPolicy(text: string): TakenPolicy {
  const policy = JSON.parse(text) as { readonly Statement?: Statement | readonly Statement[] }
  const leftOut: string[] = []
  const statements = listOf(policy.Statement).flatMap((statement): Statement[] => {
    const actions = listOf(statement['Action']).map(String)
    const foreign = actions.filter((action) => OF_MINIO.test(action))
    if (foreign.length === 0) return [statement]
    leftOut.push(...foreign)
    const Action = actions.filter((action) => !OF_MINIO.test(action))
    return Action.length === 0 ? [] : [{ ...statement, Action }]
  })
  const document = statements.length === 0 ? undefined : JSON.stringify({ ...policy, Statement: statements })
  return { document, leftOut }
}

function listOf<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return []
  return Array.isArray(value) ? (value as readonly T[]) : [value as T]
}
