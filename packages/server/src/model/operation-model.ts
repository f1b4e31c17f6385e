import type { ErrorCode } from './error-catalogue.ts'

/**
 * The shape of `model.gen.json`: what every S3 operation takes and gives and how each member travels. Defaults are left
 * out of the file: a member without a `type` is a string, one without a place is an XML element of its own name.
 */
export type ScalarType = 'boolean' | 'integer' | 'long' | 'timestamp' | 'blob'

/** A value: of a string unless one of these says otherwise. */
export interface ValueModel {
  readonly type?: ScalarType | 'map' | 'stream'
  /** Timestamps only. `http` is RFC 7231's date, `iso` is ISO 8601. */
  readonly format?: 'http' | 'iso'
  /** The name of an enum: only its values are valid, unless it is open. */
  readonly enum?: string
  /** The name of a structure. */
  readonly structure?: string
  /** A list of these. */
  readonly list?: ListItemModel
}

export interface ListItemModel extends ValueModel {
  /** The XML element around each item. */
  readonly xml?: string
}

/** Where a member travels; an XML element of the body where none of these is set. */
export interface MemberModel extends ValueModel {
  readonly label?: true
  readonly header?: string
  readonly headerPrefix?: string
  readonly query?: string
  readonly payload?: true
  /** The value is the HTTP status; without it the operation's own status is sent. */
  readonly status?: true
  readonly required?: true
  /** The XML element or attribute name where it is not the member's own. */
  readonly xml?: string
  readonly attribute?: true
  /** A list whose items stand directly in the parent, without an element around them all. */
  readonly flat?: true
  /** A list of a union: each item stands directly in the parent, under the name of the member that it has. */
  readonly mixed?: true
  /** An XML namespace declared on the element: prefix, then name. */
  readonly namespace?: readonly [string, string]
}

export interface StructureModel {
  readonly members: Readonly<Record<string, MemberModel>>
  /** Exactly one member is set. */
  readonly union?: true
}

export interface OperationModel {
  readonly method: string
  /** `control`: of S3 Control, which has paths of its own. */
  readonly level: 'service' | 'bucket' | 'object' | 'control'
  /** Of S3 Control alone: with labels in braces, the last of which may have slashes where a plus is behind it. */
  readonly path?: string
  /** Literal query keys that select the operation; an empty value means any value. */
  readonly literals?: Readonly<Record<string, string>>
  readonly status: number
  /** A Content-MD5 or a checksum header has to come with the request. */
  readonly checksumRequired?: true
  readonly input: Readonly<Record<string, MemberModel>>
  readonly output: Readonly<Record<string, MemberModel>>
  /** The root element where the request is an XML document of the input's own members. */
  readonly inputRoot?: string
  /** Another name that S3 takes for it. */
  readonly otherInputRoot?: string
  /** What S3 says where that document is not there; `MissingRequestBodyError` unless said otherwise. */
  readonly emptyInputError?: ErrorCode
  /** The root element where the output is an XML document of the output's own members. */
  readonly root?: string
  /** The output is the text of the root element itself. */
  readonly textRoot?: true
}

export interface ModelDocument {
  readonly operations: Readonly<Record<string, OperationModel>>
  readonly structures: Readonly<Record<string, StructureModel>>
  readonly enums: Readonly<Record<string, readonly string[]>>
}
