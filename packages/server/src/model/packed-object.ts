import type { GrowingBytes } from '../base/growing-bytes.ts'
import type { ListedObject } from './types.gen.ts'

/** What objects that stand side by side in a listing most often have in common. */
export type SharedMembers = Omit<ListedObject, 'Key' | 'LastModified' | 'ETag' | 'Size'>

/** An object of a listing whose texts are bytes still: a page that writes a thousand of them need not make any. */
export abstract class PackedObject implements ListedObject {
  readonly shared: SharedMembers
  abstract readonly Key: string
  /** `LastModified`; a whole second. */
  abstract readonly modifiedMilliseconds: number
  abstract readonly ETag: string
  abstract readonly Size: number

  constructor(shared: SharedMembers) {
    this.shared = shared
  }

  /** Appends `Key` in UTF-8; `false`, and nothing, where only that tells it. */
  abstract appendKey(target: GrowingBytes): boolean

  /** Appends `ETag` without its quotes: letters, digits and `-`. */
  abstract appendETagDigits(target: GrowingBytes): void

  get LastModified(): Date {
    return new Date(this.modifiedMilliseconds)
  }

  get ChecksumAlgorithm(): ListedObject['ChecksumAlgorithm'] {
    return this.shared.ChecksumAlgorithm
  }

  get ChecksumType(): ListedObject['ChecksumType'] {
    return this.shared.ChecksumType
  }

  get StorageClass(): ListedObject['StorageClass'] {
    return this.shared.StorageClass
  }

  get Owner(): ListedObject['Owner'] {
    return this.shared.Owner
  }

  get RestoreStatus(): ListedObject['RestoreStatus'] {
    return this.shared.RestoreStatus
  }
}
