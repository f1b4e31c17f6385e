/** Something that is not at the target as it is at the source. */
export interface Difference {
  readonly bucket: string
  /** Absent: of the bucket itself. */
  readonly key?: string | undefined
  readonly versionId?: string | undefined
  readonly problem: string
}

/** What an import has done so far, and found. */
export interface ImportProgress {
  /** Versions that were listed at the source, delete markers too, and the bytes of the objects among them. */
  readonly listed: Count
  /** Of them those that are dealt with: brought, there already, or failed. */
  readonly done: Count
  /** Those that this run brought. */
  readonly brought: Count
  /** Those that were here, and of which tags, ACLs or locks had changed. */
  readonly renewed: Count
  /** What a look ahead has counted at the source; absent where nobody wants to know. */
  readonly total: (Count & { readonly isWhole: boolean }) | undefined
}

export interface Count {
  readonly versions: number
  readonly bytes: number
}

/** Gathers what is to be told. */
export class ImportReport implements ImportProgress {
  readonly listed = { versions: 0, bytes: 0 }
  readonly done = { versions: 0, bytes: 0 }
  readonly brought = { versions: 0, bytes: 0 }
  readonly renewed = { versions: 0, bytes: 0 }
  total: { versions: number; bytes: number; isWhole: boolean } | undefined
  /** How many; each is told when it is found, and not kept. */
  differences = 0
  readonly #tell: (difference: Difference) => void

  constructor(tell: (difference: Difference) => void) {
    this.#tell = tell
  }

  differs(difference: Difference): void {
    this.differences++
    this.#tell(difference)
  }

  count(
    kind: 'listed' | 'done' | 'brought' | 'renewed',
    { sizeBytes }: { readonly sizeBytes: number },
  ): void {
    this[kind].versions++
    this[kind].bytes += sizeBytes
  }
}
