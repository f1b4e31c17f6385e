import type { Clock } from '../../../base/clock.ts'
import { StorageFault } from '../../../base/storage-fault.ts'
import type { BlobId, BlobQuarantine, QuarantinedBlob } from '../../blob-store.ts'
import { stripesOf } from './blob-head.ts'
import { readHead, removeHead, removeObject, removeStripes, writeHead } from './rados-heads.ts'
import type { RadosPool } from './rados-pool.ts'

const PAGE = 1000
const NAME = /^([0-9a-f]{32})\.q$/
const BLOB_ID = /^[0-9a-f]{32}$/

/** A head, and the bytes of a small blob, under the name `<id>.q`; stripes stay where they are. */
export class RadosQuarantine implements BlobQuarantine {
  readonly #pool: RadosPool
  readonly #clock: Clock

  constructor(pool: RadosPool, clock: Clock) {
    this.#pool = pool
    this.#clock = clock
  }

  async add(id: BlobId): Promise<void> {
    const found = await this.#whole(id)
    if (!found) return
    const { head, bytes, version } = found
    if (head.kind !== 'gone') {
      const sinceMilliseconds = this.#clock.now().getTime()
      await writeHead(this.#pool, quarantined(id), { ...head, sinceMilliseconds }, { bytes: [bytes] })
    }
    await removeHead(this.#pool, id, version)
  }

  async *list(): AsyncGenerator<QuarantinedBlob> {
    for await (const names of this.#pool.pages(PAGE)) {
      for (const name of names) {
        const id = NAME.exec(name)?.[1]
        const found = id === undefined ? undefined : await readHead(this.#pool, name)
        if (id === undefined || !found) continue
        if (found.head.kind === 'gone') await this.remove(id)
        else yield { id, sinceMilliseconds: found.head.sinceMilliseconds }
      }
    }
  }

  async restore(id: BlobId): Promise<boolean> {
    const found = await this.#whole(id, quarantined(id))
    if (!found || found.head.kind === 'gone') return false
    const { head, bytes } = found
    // One that is there already has these bytes: whoever set it aside died before it was removed.
    await writeHead(this.#pool, id, { ...head, sinceMilliseconds: 0 }, { bytes: [bytes], expect: 'absent' })
    await removeObject(this.#pool, quarantined(id))
    return true
  }

  async remove(id: BlobId): Promise<void> {
    const name = quarantined(id)
    const found = BLOB_ID.test(id) ? await readHead(this.#pool, name) : undefined
    if (!found) return
    const { head } = found
    const isBack = (await readHead(this.#pool, id))?.head.data === head.data
    if (head.kind !== 'inline' && !isBack) {
      // So that one that loses but some of its stripes is not put back.
      await writeHead(this.#pool, name, { ...head, kind: 'gone' })
      await removeStripes(this.#pool, head.data, stripesOf(head))
    }
    await removeObject(this.#pool, name)
  }

  /** A head, with all the bytes of a small blob. */
  async #whole(id: BlobId, name: string = id): ReturnType<typeof readHead> {
    if (!BLOB_ID.test(id)) return undefined
    const found = await readHead(this.#pool, name)
    if (found?.head.kind !== 'inline') return found
    const again = await readHead(this.#pool, name, found.head.sizeBytes)
    if (again && again.bytes.length < again.head.sizeBytes)
      throw new StorageFault('corrupt', `blob ${id} is too short`)
    return again
  }
}

function quarantined(id: BlobId): string {
  return `${id}.q`
}
