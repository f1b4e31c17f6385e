/** How a worker is doing, for people and metrics. */
export interface WorkerStatus {
  /** Units of work done since the process started. */
  readonly done: number
  /** Units of work that are left, as far as it knows. */
  readonly left?: number | undefined
  /** Where it is, for people: a bucket, a share of a pass. */
  readonly at?: string | undefined
  /** What keeps some of it from being done, where the rest goes on. */
  readonly failure?: string | undefined
}

/** Work that goes on behind the requests, in steps that are short and may be repeated after a crash. */
export interface Worker {
  readonly name: string
  /** Works on what its own process knows: every process runs it, and once more when it ends. */
  readonly isOfProcess?: true
  /** How long to rest when idle, unless someone calls earlier. */
  readonly restMilliseconds: number
  /** One bounded unit of work. What it leaves under way holds up no other step, and there is another one: it is not idle. */
  step(signal: AbortSignal): Promise<'progressed' | 'idle'>
  /** Another process runs it, which is told again and again: lets go of what it keeps between steps. */
  leave?(): Promise<void>
  /** Ends when nothing is under way any more. No step follows, and the signal of the last one is aborted. */
  end?(): Promise<void>
  status(): WorkerStatus
}

/** What a worker did in this process, and when. */
export interface WorkerReport extends WorkerStatus {
  readonly name: string
  /** Whether this process is the one that runs it. */
  readonly isOurs: boolean
  readonly lastStepMilliseconds: number | undefined
  /** What the latest step failed with, if it failed. */
  readonly failure: string | undefined
}
