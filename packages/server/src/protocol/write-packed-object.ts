import { GrowingBytes } from '../base/growing-bytes.ts'
import type { PackedObject, SharedMembers } from '../model/packed-object.ts'
import { writeIsoSeconds } from './timestamps.ts'
import { isPlainXml, writeXmlText } from './xml-writer.ts'

const KEY_START = Buffer.from('<Key>')
const BEHIND_KEY = Buffer.from('</Key><LastModified>')
const BEHIND_TIME = Buffer.from('</LastModified><ETag>&quot;')

/** Appends the elements of some members. */
type Writer = (shared: SharedMembers, target: GrowingBytes) => void

/** Makes the writer of some members of the structure, in the order of the model. */
type WriterOf = (...members: (keyof SharedMembers)[]) => Writer

/**
 * Writes what stands within the element of a packed object, as the writer of any ListedObject does: what objects share is
 * written once, and copied from one to the next.
 */
export class PackedObjectWriter {
  readonly #checksums: Writer
  readonly #others: Writer
  readonly #making = new GrowingBytes()
  #shared: SharedMembers | undefined
  #behindETag: Uint8Array = Buffer.alloc(0)
  #behindSize: Uint8Array = Buffer.alloc(0)

  constructor(writerOf: WriterOf) {
    this.#checksums = writerOf('ChecksumAlgorithm', 'ChecksumType')
    this.#others = writerOf('StorageClass', 'Owner', 'RestoreStatus')
  }

  write(object: PackedObject, target: GrowingBytes): void {
    if (object.shared !== this.#shared) this.#share(object.shared)
    target.bytes(KEY_START)
    writeKey(object, target)
    target.bytes(BEHIND_KEY)
    writeIsoSeconds(object.modifiedMilliseconds, target)
    target.bytes(BEHIND_TIME)
    object.appendETagDigits(target)
    target.bytes(this.#behindETag)
    target.ascii(String(object.Size))
    target.bytes(this.#behindSize)
  }

  #share(shared: SharedMembers): void {
    this.#behindETag = this.#between('&quot;</ETag>', this.#checksums, shared, '<Size>')
    this.#behindSize = this.#between('</Size>', this.#others, shared, '')
    this.#shared = shared
  }

  #between(before: string, write: Writer, shared: SharedMembers, behind: string): Buffer {
    const making = this.#making
    making.end = 0
    making.ascii(before)
    write(shared, making)
    making.ascii(behind)
    return making.copy()
  }
}

function writeKey(object: PackedObject, target: GrowingBytes): void {
  const start = target.end
  if (object.appendKey(target) && isPlainXml(target.buffer, start, target.end)) return
  target.end = start
  writeXmlText(object.Key, target)
}
