const SIGNALS = ['SIGTERM', 'SIGINT'] as const

/** Calls `first` with the first SIGTERM or SIGINT and `again` with every later one. */
export function onStopSignal(first: (signal: string) => void, again: () => void): void {
  let stopping = false
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (stopping) return again()
      stopping = true
      first(signal)
    })
  }
}

/**
 * For a worker: resolves when its primary asks it to end, by SIGTERM. That also ends one that is only starting and has
 * called nothing yet. SIGINT is not for a worker: a terminal sends it to the whole group.
 */
export function askedToEnd(): Promise<void> {
  process.on('SIGINT', () => {})
  return new Promise((resolve) => process.on('SIGTERM', () => resolve()))
}
