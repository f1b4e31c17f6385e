import { computed, signal } from '@preact/signals'
import { type Entry, listObjects } from '../api/objects.ts'

/** Names read at once. A page is parsed in one go, and while somebody scrolls that must not hold up a frame. */
const PAGE_LENGTH = 250

/** What lies below a prefix, as far as somebody has looked. */
export class Listing {
  readonly bucket: string
  /** Of the folder that is open; names are told from here on. */
  readonly folder: string
  readonly prefix: string
  readonly entries = signal<readonly Entry[]>([])
  /** Whether all there are have been read. */
  readonly isWhole = signal(false)
  readonly isLoading = signal(false)
  readonly error = signal<unknown>(undefined)
  readonly hasBegun = computed(
    () => this.isWhole.value || this.entries.value.length > 0 || this.error.value !== undefined,
  )
  readonly #abort = new AbortController()
  #next: string | undefined

  /** @param sought what names in the folder start with. */
  constructor(bucket: string, folder: string, sought: string) {
    this.bucket = bucket
    this.folder = folder
    this.prefix = folder + sought
  }

  /** Reads one more page, unless one is on its way or there is none. An error stops it until `retry`. */
  readonly more = (): void => {
    if (this.isWhole.value || this.isLoading.value || this.error.value !== undefined) return
    void this.#read()
  }

  readonly retry = (): void => {
    this.error.value = undefined
    this.more()
  }

  stop(): void {
    this.#abort.abort()
  }

  async #read(): Promise<void> {
    const { signal } = this.#abort
    this.isLoading.value = true
    try {
      const { bucket, prefix } = this
      const after = this.#next
      const page = await listObjects({ bucket, prefix, folders: true, most: PAGE_LENGTH, after, signal })
      this.#next = page.next
      this.entries.value = [...this.entries.value, ...page.entries]
      this.isWhole.value = page.next === undefined
    } catch (error) {
      if (!signal.aborted) this.error.value = error
    } finally {
      this.isLoading.value = false
    }
  }
}
