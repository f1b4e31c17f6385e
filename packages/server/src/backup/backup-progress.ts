/** How far a backup is. */
export interface BackupProgress {
  readonly rows: number
  /** What the moment before had not. */
  readonly newRowBytes: number
  readonly blobs: number
  readonly newBlobBytes: number
  /** 0 to 1, as far as it can be told. */
  readonly share: number
}

/** Half of the bar is for rows, half for blobs. */
const ROWS_SHARE = 0.5

/** Adds up what was done. */
export class BackupTally {
  readonly #expectedRows: number
  readonly #tell: (progress: BackupProgress) => void
  #totalBlobs = 0
  #hasRows = false
  #rows = 0
  #newRowBytes = 0
  #blobs = 0
  #newBlobBytes = 0

  /** `expectedRows`: 0 where nobody knows. */
  constructor(expectedRows: number, tell: (progress: BackupProgress) => void) {
    this.#expectedRows = expectedRows
    this.#tell = tell
  }

  get progress(): BackupProgress {
    return {
      rows: this.#rows,
      newRowBytes: this.#newRowBytes,
      blobs: this.#blobs,
      newBlobBytes: this.#newBlobBytes,
      share: this.#share(),
    }
  }

  addRows(rows: number, newBytes: number): void {
    this.#rows += rows
    this.#newRowBytes += newBytes
    this.#tell(this.progress)
  }

  endRows(totalBlobs: number): void {
    this.#hasRows = true
    this.#totalBlobs = totalBlobs
  }

  addBlobs(blobs: number, newBytes: number): void {
    this.#blobs += blobs
    this.#newBlobBytes += newBytes
    this.#tell(this.progress)
  }

  #share(): number {
    if (this.#hasRows)
      return ROWS_SHARE + (1 - ROWS_SHARE) * Math.min(1, this.#blobs / (this.#totalBlobs || 1))
    return ROWS_SHARE * Math.min(1, this.#rows / (this.#expectedRows || Infinity))
  }
}
