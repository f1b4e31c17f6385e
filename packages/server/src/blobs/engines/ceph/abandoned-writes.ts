import type { Clock } from '../../../base/clock.ts'
import { attempt, radosFault } from './rados-fault.ts'
import { readHead, removeAllStripes, removeObject, touchHead, writeHead } from './rados-heads.ts'
import { isAbsent } from './rados-error.ts'
import type { RadosPool } from './rados-pool.ts'
import { STRIPE_BYTES } from './stripe-writer.ts'

/** A blob that is being written in stripes. */
export interface WriteUnderWay {
  readonly id: string
  /** What the names of its stripes begin with. */
  readonly data: string
}

/** What the writer of a blob does that others may see it lives. */
export interface SignsOfLife {
  /** Durable before the first stripe is written. */
  first(): Promise<void>
  /** From time to time; costs nothing most of the time. */
  another(): Promise<void>
  end(): Promise<void>
}

const MARKER = /^([0-9a-f]{32})\.w$/
const MARKER_BYTES = 64

export function markerName(data: string): string {
  return `${data}.w`
}

/**
 * The stripes of writes that crashed. While a blob is written in stripes it has a marker, `<data>.w`, which says for which
 * id, and since when. Who finds an old one puts a head under that id that says `gone`, which a writer that lives after all
 * finds in its place: only one of the two can make it.
 */
export class AbandonedWrites {
  readonly #pool: RadosPool
  readonly #clock: Clock
  readonly #afterMilliseconds: number

  constructor(pool: RadosPool, clock: Clock, afterMilliseconds: number) {
    this.#pool = pool
    this.#clock = clock
    this.#afterMilliseconds = afterMilliseconds
  }

  begin(blob: WriteUnderWay): SignsOfLife {
    let givenMilliseconds: number | undefined
    const give = async (): Promise<void> => {
      givenMilliseconds = this.#now()
      await this.mark(blob)
    }
    return {
      first: give,
      another: async () => {
        const isDue =
          givenMilliseconds !== undefined && this.#now() - givenMilliseconds > this.#afterMilliseconds / 10
        if (isDue) await give()
      },
      end: async () => {
        if (givenMilliseconds !== undefined) await removeObject(this.#pool, markerName(blob.data))
      },
    }
  }

  async mark({ id, data }: WriteUnderWay): Promise<void> {
    const text = Buffer.from(`${id} ${this.#now()}`)
    await attempt('mark a blob', () => this.#pool.change(markerName(data), { pieces: [text] }))
  }

  /** Clears away what the markers among these objects tell of, where they are old. */
  async clear(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const data = MARKER.exec(name)?.[1]
      const marker = data === undefined ? undefined : await this.#read(name)
      if (data === undefined || !marker) continue
      if (this.#now() - marker.sinceMilliseconds > this.#afterMilliseconds)
        await this.#clearOne({ id: marker.id, data })
    }
  }

  async #clearOne({ id, data }: WriteUnderWay): Promise<void> {
    const found = await readHead(this.#pool, id)
    const isWhole = found?.head.data === data && found.head.kind === 'striped'
    if (!isWhole) {
      // The version of one that is there changes, so that who is about to replace it fails.
      const gone = {
        kind: 'gone',
        stripeBytes: STRIPE_BYTES,
        sizeBytes: 0,
        data,
        sinceMilliseconds: 0,
      } as const
      const isOurs = found
        ? await touchHead(this.#pool, id, found)
        : await writeHead(this.#pool, id, gone, { expect: 'absent' })
      if (!isOurs) return
      await removeAllStripes(this.#pool, data)
    }
    await removeObject(this.#pool, markerName(data))
  }

  async #read(
    name: string,
  ): Promise<{ readonly id: string; readonly sinceMilliseconds: number } | undefined> {
    const into = Buffer.alloc(MARKER_BYTES)
    try {
      const { bytesRead } = await this.#pool.read(name, into, 0)
      const [id = '', since] = into.toString('latin1', 0, bytesRead).split(' ')
      return { id, sinceMilliseconds: Number(since) }
    } catch (error) {
      if (isAbsent(error)) return undefined
      throw radosFault(error, 'look at a blob')
    }
  }

  #now(): number {
    return this.#clock.now().getTime()
  }
}
