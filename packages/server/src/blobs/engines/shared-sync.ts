/**
 * Makes one run of `sync` serve all who ask before it begins: while one runs, the next is shared. When a run fails,
 * those who wait for the one behind it fail too, as a disk reports a lost write only once.
 */
export function sharedSync(sync: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined

  const start = (): Promise<void> => {
    const run = sync().finally(() => {
      if (running === run) running = undefined
    })
    running = run
    return run
  }

  return () => {
    if (!running) return start()
    next ??= running
      .finally(() => {
        next = undefined
      })
      .then(start)
    return next
  }
}
