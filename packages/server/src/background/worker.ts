/** How a worker is doing, for people and metrics. */
export interface WorkerStatus {
  /** Units of work done since the process started. */
  readonly done: number
  /** What failed last, if the latest step failed. */
  readonly failure: string | undefined
}

/** Work that goes on behind the requests, in steps that are short and may be repeated after a crash. */
export interface Worker {
  readonly name: string
  /** How long to rest when idle, unless someone calls earlier. */
  readonly restMilliseconds: number
  /** One bounded unit of work. */
  step(signal: AbortSignal): Promise<'progressed' | 'idle'>
  status(): WorkerStatus
}
