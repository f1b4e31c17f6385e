/**
 * The source's items, until the signal is aborted: then it throws the signal's reason at once, even while the source
 * is silent. A source left before its end is told so but not waited for, as it may never answer.
 */
export async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  signal.throwIfAborted()
  const iterator = source[Symbol.asyncIterator]()
  let abort: () => void = () => {}
  const onAbort = (): void => abort()
  signal.addEventListener('abort', onAbort, { once: true })
  let ended = false
  try {
    for (;;) {
      // Not Promise.race with one promise of the abort: that would keep something alive for every item.
      const next = await new Promise<IteratorResult<T>>((resolve, reject) => {
        abort = () => reject(signal.reason)
        iterator.next().then(resolve, (error: unknown) => {
          ended = true
          reject(error)
        })
      })
      signal.throwIfAborted()
      ended = next.done === true
      if (next.done) return
      yield next.value
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    if (!ended) iterator.return?.().catch(() => {})
  }
}
