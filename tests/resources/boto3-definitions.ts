import definitions from './boto3-definitions.gen.json' with { type: 'json' }

export interface RequestParameter {
  readonly target: string
  readonly source: 'identifier' | 'string'
  readonly name?: string
  readonly value?: string
}

export interface IdentifierSource {
  readonly target: string
  readonly source: 'identifier' | 'requestParameter' | 'response' | 'input'
  readonly name?: string
  readonly path?: string
}

export interface Request {
  readonly operation: string
  readonly params?: readonly RequestParameter[]
}

export interface Action {
  readonly request: Request
  readonly resource?: { readonly type: string; readonly identifiers: readonly IdentifierSource[] }
}

/** One of boto3's resources, its names as Python has them. */
export interface ResourceDefinition {
  readonly identifiers: readonly string[]
  /** To the name in the API. */
  readonly attributes: Readonly<Record<string, string>>
  readonly load: Action | null
  readonly actions: Readonly<Record<string, Action>>
  readonly batchActions: Readonly<Record<string, Action>>
  readonly collections: Readonly<Record<string, Action>>
  readonly subResources: readonly string[]
  readonly waiters: Readonly<
    Record<string, { readonly waiterName: string; readonly params: readonly RequestParameter[] }>
  >
  /** All of the above and what boto3 adds by hand. */
  readonly members: readonly string[]
}

export interface Boto3Definitions {
  readonly boto3: string
  readonly resources: Readonly<Record<string, ResourceDefinition>>
}

/** As `boto3/definitions.py` printed them. */
export const boto3Definitions = definitions as unknown as Boto3Definitions
