import { computed, type ReadonlySignal, signal } from '@preact/signals'
import { type Entry, listObjects } from '../api/objects.ts'

/** Names read at once. A page is parsed in one go, and while somebody scrolls that must not hold up a frame. */
const PAGE_LENGTH = 250

/** Folders and objects that are shown, as far as somebody has looked. */
export interface ListedEntries {
  readonly bucket: string
  /** Of the folder that is open; names are told from here on. */
  readonly folder: string
  /** What the keys of all start with. */
  readonly prefix: string
  readonly entries: ReadonlySignal<readonly Entry[]>
  /** Whether all there are have been read. */
  readonly isWhole: ReadonlySignal<boolean>
  readonly error: ReadonlySignal<unknown>
  /** Among how many they were found, where others are read for them. */
  readonly readCount?: ReadonlySignal<number>
  readonly more: () => void
  readonly retry: () => void
}

/** What lies below a prefix. */
export class Listing implements ListedEntries {
  readonly bucket: string
  readonly folder: string
  readonly prefix: string
  readonly entries = signal<readonly Entry[]>([])
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
  readonly more = (most = PAGE_LENGTH): void => {
    if (this.isWhole.value || this.isLoading.value || this.error.value !== undefined) return
    void this.#read(most)
  }

  readonly retry = (): void => {
    this.error.value = undefined
    this.more()
  }

  stop(): void {
    this.#abort.abort()
  }

  async #read(most: number): Promise<void> {
    const { signal } = this.#abort
    this.isLoading.value = true
    try {
      const { bucket, prefix } = this
      const after = this.#next
      const page = await listObjects({ bucket, prefix, folders: true, most, after, signal })
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
