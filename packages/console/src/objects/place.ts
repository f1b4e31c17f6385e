/** Where in a bucket somebody is. */
export interface Place {
  readonly bucket: string
  /** Empty, or ends in a slash. */
  readonly prefix: string
}
