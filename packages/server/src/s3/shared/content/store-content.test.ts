import { expect, it } from 'vitest'
import { digestHere, type StreamDigests } from '../../../base/digest-threads.ts'
import { StorageFault } from '../../../base/storage-fault.ts'
import type { BlobStore } from '../../../blobs/blob-store.ts'
import { contentCipher } from '../../../encryption/content-cipher.ts'
import type { S3Service } from '../service/service.ts'
import type { ContentSealer } from '../sealing/content-seal.ts'
import { storeContent } from './store-content.ts'

const CHUNK = Buffer.alloc(1024 * 1024, 7)

/** Counts the digests that are under way. */
class CountedDigests {
  open = 0

  start(...[algorithms]: Parameters<typeof digestHere>): StreamDigests {
    const digests = digestHere(algorithms)
    let isOpen = true
    this.open++
    const close = (): void => {
      if (isOpen) this.open--
      isOpen = false
    }
    return {
      update: (chunk) => digests.update(chunk),
      finish: () => digests.finish(),
      cancel: close,
    }
  }
}

const sealer = {
  newSeal: () => ({ cipher: contentCipher([Buffer.alloc(32)]), seal: {} }),
} as unknown as ContentSealer

async function store(write: BlobStore['write'], bytes: AsyncIterable<Uint8Array>): Promise<CountedDigests> {
  const digests = new CountedDigests()
  const service = { digests, stores: { blobs: { write } }, settings: { placements: new Map() } }
  const body = { sizeBytes: 8 * CHUNK.length, bytes, trailers: {}, announcedTrailers: [] }
  const client = { signal: new AbortController().signal }
  const stored = storeContent(service as unknown as S3Service, body, {}, 'CRC32', client, sealer)
  await stored.catch(() => undefined)
  return digests
}

async function* body(chunks: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < chunks; index++) yield CHUNK
  if (chunks < 8) throw new Error('the client is gone')
}

async function drain(bytes: AsyncIterable<Uint8Array>, most = Infinity): Promise<void> {
  let count = 0
  for await (const _ of bytes) if (++count >= most) throw new StorageFault('full', 'no space')
}

it.each<[string, BlobStore['write'], number]>([
  ['whose file cannot be made', () => Promise.reject(new StorageFault('full', 'no space')), 8],
  [
    'that the disk does not take to its end',
    async (bytes) => ({ id: 'a', sizeBytes: await drain(bytes, 9).then(() => 0) }),
    8,
  ],
  ['whose client goes away', async (bytes) => ({ id: 'a', sizeBytes: await drain(bytes).then(() => 0) }), 3],
  ['that is stored', async (bytes) => ({ id: 'a', sizeBytes: await drain(bytes).then(() => 0) }), 8],
])('an upload %s leaves no digest under way', async (_, write, chunks) => {
  expect((await store(write, body(chunks))).open).toBe(0)
})
