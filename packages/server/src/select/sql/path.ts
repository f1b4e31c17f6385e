/** A name as it stands in a query: in double quotes its case counts. */
export interface Name {
  readonly text: string
  readonly isQuoted: boolean
}

/** A step from a value to one in it. Source: S3 User Guide, "SELECT command", FROM clause. */
export type PathStep =
  | { readonly kind: 'name'; readonly name: Name }
  | { readonly kind: 'index'; readonly index: number }
  /** `[*]` */
  | { readonly kind: 'everyElement' }
  /** `.*` */
  | { readonly kind: 'everyMember' }
