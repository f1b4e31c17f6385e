import type { RequestContext } from '../request-context.ts'
import type { PrincipalPattern } from './principal-pattern.ts'

/** What a policy is attached to. It decides which elements a policy must and may have. */
export type PolicyKind = 'bucket' | 'directory-bucket' | 'access-point' | 'key' | IamPolicyKind

/** What IAM keeps. `identity`: permissions boundaries and session policies too. */
export type IamPolicyKind = 'identity' | 'trust'

export type Effect = 'Allow' | 'Deny'

/** A policy, compiled. Immutable; parse it once and keep it. */
export interface Policy {
  readonly kind: PolicyKind
  readonly id: string | undefined
  /** What it was compiled from. */
  readonly text: string
  /** Of its text in UTF-8: what holding it against a request, and keeping it, grows with. */
  readonly sizeBytes: number
  readonly statements: readonly Statement[]
  /** The condition keys it looks at, in conditions and variables, in lower case. */
  readonly conditionKeys: ReadonlySet<string>
  /** Whether one of those keys tells of the object that is there already. */
  readonly looksAtObject: boolean
  /** Whether one of those keys tells of the object that a request makes, as an upload's beginning says it for all its parts. */
  readonly looksAtNewObject: boolean
  /** "The meaning of public" of S3's public access block; false for all but policies of buckets, directory buckets and access points. */
  readonly isPublic: boolean
}

export interface Statement {
  readonly sid: string | undefined
  readonly effect: Effect
  /** Absent in identity policies, which are about whom they are attached to. */
  readonly principal: PrincipalPattern | undefined
  readonly action: ActionPattern
  readonly resource: ResourcePattern | undefined
  readonly conditions: readonly Condition[]
}

/** Action or NotAction. */
export interface ActionPattern {
  /** `action` in lower case. */
  matches(action: string): boolean
}

/** Resource or NotResource. */
export interface ResourcePattern {
  matches(resource: string, context: RequestContext): boolean
}

/** One key under one operator of a Condition block. */
export interface Condition {
  /** As written, with qualifier and IfExists. */
  readonly operator: string
  /** As written. */
  readonly key: string
  readonly values: readonly string[]
  holds(context: RequestContext): boolean
}
