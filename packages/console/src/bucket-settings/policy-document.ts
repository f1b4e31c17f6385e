export type Action = 'read' | 'list' | 'write' | 'delete' | 'all'
export type Who = 'anybody' | 'thisAccount' | 'otherAccount'

export interface Grant {
  readonly who: Who
  /** Of the account that is let in. */
  readonly account: string
  readonly action: Action
  readonly bucket: string
  readonly prefix: string
}

const ACTIONS: Readonly<Record<Action, readonly string[]>> = {
  read: ['s3:GetObject', 's3:GetObjectVersion'],
  list: ['s3:ListBucket'],
  write: ['s3:PutObject', 's3:AbortMultipartUpload'],
  delete: ['s3:DeleteObject'],
  all: ['s3:*'],
}

interface Policy {
  readonly Version?: string
  readonly Statement?: unknown
}

/** Of a directory bucket: what a session may do with all of its objects. */
export type SessionAction = 'read' | 'write'

export interface SessionGrant {
  /** That is let in. */
  readonly account: string
  readonly action: SessionAction
  readonly bucketArn: string
}

/** The policy with one more statement. Throws where the text is no JSON. */
export function withGrant(text: string, grant: Grant | SessionGrant): string {
  const policy = (text.trim() === '' ? {} : JSON.parse(text)) as Policy
  const statements = statementsOf(policy)
  const statement = 'bucketArn' in grant ? sessionStatement(grant) : statementOf(grant)
  return JSON.stringify(
    { ...policy, Version: policy.Version ?? '2012-10-17', Statement: [...statements, statement] },
    undefined,
    2,
  )
}

function statementOf({ who, account, action, bucket, prefix }: Grant): object {
  const arn = `arn:aws:s3:::${bucket}`
  const objects = `${arn}/${prefix}*`
  const isList = action === 'list'
  return {
    Effect: 'Allow',
    Principal: who === 'anybody' ? '*' : principalOf(account),
    Action: ACTIONS[action],
    Resource: isList ? arn : action === 'all' && prefix === '' ? [arn, objects] : objects,
    ...(isList && prefix !== '' && { Condition: { StringLike: { 's3:prefix': `${prefix}*` } } }),
  }
}

/** Source: S3 User Guide, "CreateSession authorization": a session that is asked for without a mode is one that writes. */
function sessionStatement({ account, action, bucketArn }: SessionGrant): object {
  return {
    Effect: 'Allow',
    Principal: principalOf(account),
    Action: 's3express:CreateSession',
    Resource: bucketArn,
    ...(action === 'read' && { Condition: { StringEquals: { 's3express:SessionMode': 'ReadOnly' } } }),
  }
}

function principalOf(account: string): object {
  return { AWS: `arn:aws:iam::${account}:root` }
}

/** Whether a statement lets everybody in, whatever else has to hold. What is no policy lets nobody in. */
export function isPublicPolicy(text: string): boolean {
  try {
    return statementsOf(JSON.parse(text) as Policy).some(letsAnybodyIn)
  } catch {
    return false
  }
}

function letsAnybodyIn(statement: unknown): boolean {
  if (typeof statement !== 'object' || statement === null) return false
  const { Effect, Principal } = statement as { Effect?: unknown; Principal?: unknown }
  if (Effect !== 'Allow') return false
  const named =
    typeof Principal === 'object' && Principal !== null ? (Principal as { AWS?: unknown }).AWS : Principal
  return [named].flat().includes('*')
}

function statementsOf({ Statement }: Policy): unknown[] {
  return Statement === undefined ? [] : [Statement].flat()
}

/** On lines of its own, as it is edited; empty where there is none. */
export function prettyPolicy(text: string): string {
  return text === '' ? '' : JSON.stringify(JSON.parse(text), undefined, 2)
}
