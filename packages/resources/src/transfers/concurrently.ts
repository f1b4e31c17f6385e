import { expectListeners } from './platform.ts'

type Work<Item, Result> = (item: Item, signal: AbortSignal) => Promise<Result>

/**
 * Works on every item, `concurrency` of them at a time. After a failure it starts no more, aborts the signal of those
 * that run, and rejects with that first failure, or with the reason of `abortSignal`.
 */
export async function forEachOf<Item>(
  items: AsyncIterable<Item>,
  concurrency: number,
  abortSignal: AbortSignal | undefined,
  work: Work<Item, void>,
): Promise<void> {
  const together = new Together(abortSignal)
  const iterator = items[Symbol.asyncIterator]()
  const workers = Array.from({ length: concurrency }, () => together.watch(takeInTurn()))
  try {
    await Promise.all(workers)
  } catch (error) {
    throw together.firstFailure(error)
  } finally {
    together.end()
    await Promise.allSettled(workers)
    // Not waited for: a source that stalls would not end it.
    iterator.return?.().catch(() => {})
  }

  async function takeInTurn(): Promise<void> {
    for (;;) {
      together.signal.throwIfAborted()
      const next = await orAborted(iterator.next(), together.signal)
      if (next.done) return
      await work(next.value, together.signal)
    }
  }
}

/**
 * The results of work on every item, in the items' order; never more than `concurrency` of them begun and not yet
 * read. Failures as in {@link forEachOf}; the rest is aborted, too, when the reader leaves.
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item>,
  concurrency: number,
  abortSignal: AbortSignal | undefined,
  work: Work<Item, Result>,
): AsyncGenerator<Result, void, undefined> {
  const together = new Together(abortSignal)
  const running: Promise<Result>[] = []
  try {
    for (const item of items) {
      together.signal.throwIfAborted()
      running.push(together.watch(work(item, together.signal)))
      if (running.length >= concurrency) yield await oldest(running)
    }
    while (running.length > 0) yield await oldest(running)
  } catch (error) {
    throw together.firstFailure(error)
  } finally {
    together.end()
    await Promise.allSettled(running)
  }
}

/** The result, or, when the signal is aborted before it comes, a rejection with the signal's reason. */
export function orAborted<Result>(
  promise: Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error)
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

/** The same, but that after the signal's end it rejects with its reason, whatever the SDK says of a request that is ended. */
export async function withReason<Result>(
  signal: AbortSignal | undefined,
  work: Promise<Result>,
): Promise<Result> {
  try {
    return await work
  } catch (error) {
    throw signal?.aborted ? signal.reason : error
  }
}

function oldest<Result>(running: Promise<Result>[]): Promise<Result> {
  const [first] = running.splice(0, 1)
  if (!first) throw new Error('Nothing is running')
  return first
}

/** Promises that fall together: the first failure aborts the others, and theirs do not hide it. */
class Together {
  readonly signal: AbortSignal
  readonly #abortSignal: AbortSignal | undefined
  readonly #controller = new AbortController()
  #failure: { readonly error: unknown } | undefined

  constructor(abortSignal: AbortSignal | undefined) {
    this.#abortSignal = abortSignal
    const own = this.#controller.signal
    this.signal = abortSignal ? AbortSignal.any([abortSignal, own]) : own
    expectListeners(this.signal)
  }

  watch<Result>(promise: Promise<Result>): Promise<Result> {
    promise.catch((error: unknown) => {
      this.#failure ??= { error }
      this.end()
    })
    return promise
  }

  firstFailure(error: unknown): unknown {
    if (this.#abortSignal?.aborted) return this.#abortSignal.reason
    return this.#failure ? this.#failure.error : error
  }

  end(): void {
    this.#controller.abort()
  }
}
