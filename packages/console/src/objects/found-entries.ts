import { computed, effect, untracked } from '@preact/signals'
import type { ListedEntries, Listing } from './listing.ts'

/** Read at once where names are only looked through. */
const PAGE_LENGTH = 1000
/** More than a screen shows: until somebody scrolls no others are read. */
const ENOUGH = 500

/** Those of a folder whose names start with a text, found among all that it has: not every bucket lists what starts so. */
export class FoundEntries implements ListedEntries {
  readonly bucket: string
  readonly folder: string
  readonly prefix: string
  readonly isWhole: Listing['isWhole']
  readonly error: Listing['error']
  readonly retry: () => void
  readonly readCount = computed(() => this.#listing.entries.value.length)
  readonly entries = computed(() =>
    this.#listing.entries.value.filter(({ key }) => key.startsWith(this.prefix)),
  )
  readonly #listing: Listing

  constructor(listing: Listing, sought: string) {
    this.#listing = listing
    this.bucket = listing.bucket
    this.folder = listing.folder
    this.prefix = listing.folder + sought
    this.isWhole = listing.isWhole
    this.error = listing.error
    this.retry = listing.retry
  }

  readonly more = (): void => this.#listing.more(PAGE_LENGTH)

  /** Reads on until enough are found, or all is read; call what it returns to have it stop. */
  seek(): () => void {
    return effect(() => {
      if (!this.#listing.isLoading.value && this.entries.value.length < ENOUGH) untracked(this.more)
    })
  }
}
