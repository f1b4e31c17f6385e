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

/**
 * What MinIO grants with an action, and S3 by one of its own: a MinIO of 2025 lets versions be listed, read and deleted by
 * whoever may do that to objects (tried with boto3).
 */
const OF_VERSIONS: Readonly<Record<string, string>> = {
  's3:listbucket': 's3:ListBucketVersions',
  's3:getobject': 's3:GetObjectVersion',
  's3:deleteobject': 's3:DeleteObjectVersion',
}

/** Leaves out what is about MinIO itself, and names what is meant of versions. All else stays as it is. */
export function takenPolicy(text: string): TakenPolicy {
  const policy = JSON.parse(text) as { readonly Statement?: Statement | readonly Statement[] }
  const leftOut: string[] = []
  const statements = listOf(policy.Statement).flatMap((statement): Statement[] => {
    const actions = listOf(statement['Action']).map(String)
    const foreign = actions.filter((action) => OF_MINIO.test(action))
    const Action = withVersions(actions.filter((action) => !OF_MINIO.test(action)))
    if (foreign.length === 0 && Action.length === actions.length) return [statement]
    leftOut.push(...foreign)
    return Action.length === 0 ? [] : [{ ...statement, Action }]
  })
  const document = statements.length === 0 ? undefined : JSON.stringify({ ...policy, Statement: statements })
  return { document, leftOut }
}

function withVersions(actions: readonly string[]): string[] {
  const all = new Set(actions)
  for (const action of actions) {
    const named = OF_VERSIONS[action.toLowerCase()]
    if (named !== undefined) all.add(named)
  }
  return [...all]
}

/** The policy of a bucket in the same way; what is none stays as it is, for others to refuse. */
export function takenBucketPolicy(text: Buffer): Buffer {
  try {
    return Buffer.from(takenPolicy(text.toString('utf8')).document ?? text)
  } catch {
    return text
  }
}

function listOf<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return []
  return Array.isArray(value) ? (value as readonly T[]) : [value as T]
}
