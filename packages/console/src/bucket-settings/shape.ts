/** What a field may offer: roles that S3 may take, or buckets. */
export type Suggested = 'roles' | 'buckets'

/** What a form asks for, and where in the document the answer stands. */
export type Shape =
  | {
      readonly kind: 'choice'
      readonly path: string
      readonly label: string
      readonly options: Readonly<Record<string, string>>
      /** What else the document says then, by the value that is chosen: texts by their paths, empty where there is to be none. */
      readonly along?: Readonly<Record<string, Readonly<Record<string, string>>>>
      readonly isNeeded?: boolean
    }
  | { readonly kind: 'check'; readonly path: string; readonly label: string; readonly hint?: string }
  | {
      readonly kind: 'text'
      readonly path: string
      readonly label: string
      readonly hint?: string
      readonly isNumber?: boolean
      /** Whether the element has to be there with nothing in it. */
      readonly staysEmpty?: boolean
      /** Whether S3 takes no document without it, unless another element (a path) stands in its place. */
      readonly isNeeded?: boolean
      readonly unless?: string
      /** What is offered while one writes: ARNs of these of the account. */
      readonly suggests?: Suggested
    }
  /** Elements of one name, a line each. */
  | {
      readonly kind: 'lines'
      readonly path: string
      readonly label: string
      readonly hint?: string
      readonly isNeeded?: boolean
    }
  | { readonly kind: 'list'; readonly path: string; readonly label: string; readonly item: readonly Shape[] }

/** A document of a bucket, and how it is shown. */
export interface Setting {
  /** In the address of the view. */
  readonly name: string
  readonly title: string
  readonly explanation: string
  /** What S3 calls it in a query. */
  readonly resource: string
  readonly root: string
  readonly shapes: readonly Shape[]
  /** Whether it can be taken away altogether; else it is set to an empty document. */
  readonly canDelete: boolean
  /** Whether there may be several, each with an id of its own. */
  readonly isListed?: true
  /** What is to be warned of, in the document as it would be. */
  readonly warning?: (text: string) => string | undefined
}

type More<Kind> = Partial<Omit<Extract<Shape, { kind: Kind }>, 'kind' | 'path' | 'label'>>

type TextShape = Extract<Shape, { kind: 'text' }>
type ChoiceShape = Extract<Shape, { kind: 'choice' }>
type LinesShape = Extract<Shape, { kind: 'lines' }>

export function text(path: string, label: string, more: More<'text'> = {}): TextShape {
  return { kind: 'text', path, label, ...more }
}

export function number(path: string, label: string, hint?: string): TextShape {
  return { kind: 'text', path, label, isNumber: true, ...(hint !== undefined && { hint }) }
}

/** What S3 takes no document without. */
export function needed(shape: TextShape | ChoiceShape | LinesShape): Shape {
  return { ...shape, isNeeded: true }
}

export function check(path: string, label: string): Shape {
  return { kind: 'check', path, label }
}

/** An empty value is written by leaving the element away. */
export function choice(
  path: string,
  label: string,
  options: Readonly<Record<string, string>>,
  along: ChoiceShape['along'] = {},
): ChoiceShape {
  return { kind: 'choice', path, label, options, along }
}

export function lines(path: string, label: string, hint?: string): LinesShape {
  return { kind: 'lines', path, label, ...(hint !== undefined && { hint }) }
}

export function list(path: string, label: string, ...item: readonly Shape[]): Shape {
  return { kind: 'list', path, label, item }
}
