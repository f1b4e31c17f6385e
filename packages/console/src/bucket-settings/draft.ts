/** A document as it is, and as it is edited. */
export interface Draft {
  readonly before: string
  readonly text: string
}
