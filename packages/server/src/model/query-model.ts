/** The shape of `iam.gen.json` and `sts.gen.json`: what every operation of an API of the Query protocol takes and gives. */
export interface QueryModel {
  /** The date that names the version of the API. */
  readonly version: string
  readonly namespace: string
  readonly operations: Readonly<Record<string, QueryOperationModel>>
  readonly structures: Readonly<Record<string, QueryMembers>>
  readonly enums: Readonly<Record<string, readonly string[]>>
  /** By their codes: the status that each is answered with. */
  readonly errors: Readonly<Record<string, number>>
}

export interface QueryOperationModel {
  readonly input: QueryMembers
  /** Absent where an answer has no result at all; one that has no members is in the answer all the same. */
  readonly output?: QueryMembers
}

export type QueryMembers = Readonly<Record<string, QueryMember>>

/** A value: of a string unless one of these says otherwise. */
export interface QueryValue extends Bounds {
  readonly type?: 'boolean' | 'integer' | 'timestamp' | 'blob'
  readonly enum?: string
  readonly structure?: string
  readonly list?: QueryValue
  /** By strings. */
  readonly map?: QueryValue
}

export interface QueryMember extends QueryValue {
  readonly required?: true
  /** A secret: no message may quote it. */
  readonly sensitive?: true
}

/** Of the length of a text or a list, or of a number. */
export interface Bounds {
  readonly least?: number
  readonly most?: number
  /** What all of a text has to match. */
  readonly pattern?: string
}
