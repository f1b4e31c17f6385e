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

/** For a worker: a terminal signals the whole group, but it is the primary that says when to stop. */
export function leaveSignalsToPrimary(): void {
  for (const signal of SIGNALS) process.on(signal, () => {})
}
