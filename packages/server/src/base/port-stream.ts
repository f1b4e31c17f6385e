import type { MessagePort } from 'node:worker_threads'

/**
 * Streams of bytes between threads, a port each: whoever reads asks for one chunk after another, so that whoever is slower holds
 * the other back.
 */
type Asked = 'next' | 'return'
type Answered =
  | { readonly kind: 'chunk'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly error: unknown }

/** Sends what is asked for; stops when the port is closed. `pack` makes of an error what a port can carry. */
export function sendStream(
  port: MessagePort,
  bytes: AsyncIterable<Uint8Array>,
  pack: (error: unknown) => unknown,
): void {
  const iterator = bytes[Symbol.asyncIterator]()
  const answer = (answered: Answered): void =>
    port.postMessage(answered, answered.kind === 'chunk' ? [answered.bytes.buffer] : [])
  const next = async (): Promise<void> => {
    try {
      const result = await iterator.next()
      answer(result.done ? { kind: 'end' } : { kind: 'chunk', bytes: ownCopy(result.value) })
    } catch (error) {
      answer({ kind: 'failed', error: pack(error) })
    }
  }
  port.on('message', (asked: Asked) => {
    if (asked === 'next') void next()
    else port.close()
  })
  port.on('close', () => void iterator.return?.().catch(() => undefined))
}

/**
 * A copy in memory of its own, which goes over without being copied once more: of a chunk that is part of something larger all of
 * that would go.
 */
function ownCopy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}

/** The other side ended before the stream did. */
export class ThreadGone extends Error {
  constructor() {
    super('the other thread is gone')
  }
}

/**
 * Reads what the other side sends, one chunk ahead. Throws what `unpack` makes of an error there, and `ThreadGone`; and the signal's
 * reason at once, since nothing else ends a generator that waits.
 */
export async function* receiveStream(
  port: MessagePort,
  unpack: (packed: unknown) => unknown,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  let asked: PromiseWithResolvers<Answered> | undefined
  let isGone = false
  const next = (): Promise<Answered> => {
    if (isGone) return Promise.reject(new ThreadGone())
    if (signal?.aborted) return Promise.reject(reasonOf(signal))
    asked = Promise.withResolvers()
    port.postMessage('next' satisfies Asked)
    // Who stops reading never looks at what was asked for ahead.
    asked.promise.catch(() => undefined)
    return asked.promise
  }
  port.on('message', (answered: Answered) => asked?.resolve(answered))
  port.on('close', () => {
    isGone = true
    asked?.reject(new ThreadGone())
  })
  const calledOff = (): void => {
    if (signal) asked?.reject(reasonOf(signal))
  }
  signal?.addEventListener('abort', calledOff)
  try {
    let coming = next()
    for (;;) {
      const answered = await coming
      if (answered.kind === 'end') return
      if (answered.kind === 'failed') throw unpack(answered.error)
      coming = next()
      yield answered.bytes
    }
  } finally {
    signal?.removeEventListener('abort', calledOff)
    port.postMessage('return' satisfies Asked)
    port.close()
  }
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error('called off')
}
