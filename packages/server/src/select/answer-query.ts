import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../base/clock.ts'
import type { InputFormat, ObjectSource, OutputFormat, ScanRange } from './records/formats.ts'
import type { InputRecord, OutputRecord } from './records/record.ts'
import { readRecords } from './records/read-records.ts'
import { recordWriter } from './records/write-records.ts'
import { endMessage, recordsMessage, statisticsMessage } from './event-stream.ts'
import { type PreparedQuery, prepareQuery } from './sql/prepare-query.ts'

/** A query, everything said: what `answerQuery` needs besides the object. */
export interface QueryRequest {
  readonly expression: string
  readonly input: InputFormat
  readonly output: OutputFormat
  readonly scanRange: ScanRange | undefined
  readonly reportsProgress: boolean
  /** What UTCNOW() says. */
  readonly nowMilliseconds: number
}

/** What says when it is time to let others on, and whether anybody waits still. */
export interface Work {
  readonly signal: AbortSignal
  readonly clock: Clock
}

/** Records go out when so many bytes are together. */
const MESSAGE_BYTES = 128 * 1024
/**
 * Then the thread looks whether somebody still waits, and goes on with other queries. In time, since a bomb may have no records, and
 * some queries take long for each.
 */
const TURN_MILLISECONDS = 20
const RECORDS_A_LOOK = 64
/** Progress is told each time that so much more was processed. */
const PROGRESS_BYTES = 16 * 1024 * 1024

/**
 * The messages that answer a query: Records, Progress where it is asked for, Stats, End. Throws an `S3Error` where the query or the
 * object does not hold. Ends by itself once the signal is aborted, which nothing else tells who works and has no message.
 */
export async function* answerQuery(
  request: QueryRequest,
  source: ObjectSource,
  { signal, clock }: Work,
): AsyncGenerator<Uint8Array, void, undefined> {
  const query = prepareQuery(request.expression, {
    inputKind: request.input.kind,
    now: new Date(request.nowMilliseconds),
  })
  const statistics = { BytesScanned: 0, BytesProcessed: 0, BytesReturned: 0 }
  const pending = new PendingRecords(recordWriter(request.output))
  const returned = (): Buffer => {
    const records = pending.take()
    statistics.BytesReturned += records.length
    return recordsMessage(records)
  }
  const run = query.start()
  let reportedBytes = 0
  const turns = new QueryTurns(signal, clock)
  for await (const records of run.isDone ? [] : recordsOf(request, query, source, statistics)) {
    for (const record of records) {
      const answer = run.take(record)
      if (answer) pending.add(answer)
      if (pending.isFull) yield returned()
      if (run.isDone) break
      if (turns.isOverAtRecord()) await turns.next()
    }
    if (turns.isOver) await turns.next()
    if (run.isDone) break
    if (request.reportsProgress && statistics.BytesProcessed - reportedBytes >= PROGRESS_BYTES) {
      reportedBytes = statistics.BytesProcessed
      yield statisticsMessage('Progress', statistics)
    }
  }
  const last = run.finish()
  if (last) pending.add(last)
  if (!pending.isEmpty) yield returned()
  if (request.reportsProgress) yield statisticsMessage('Progress', statistics)
  yield Buffer.concat([statisticsMessage('Stats', statistics), endMessage()])
}

/** The records of the object, some at a time; counts what is read for them. */
function recordsOf(
  { input, scanRange }: QueryRequest,
  { path, columns }: PreparedQuery,
  source: ObjectSource,
  statistics: Record<'BytesScanned' | 'BytesProcessed', number>,
): AsyncIterable<readonly InputRecord[]> {
  const scanned = (bytes: number): number => (statistics.BytesScanned += bytes)
  const processed = (bytes: number): number => (statistics.BytesProcessed += bytes)
  return readRecords(input, source, { path, columns, scanRange, scanned, processed })
}

/** The thread's time, of which each query takes some at once. */
class QueryTurns {
  readonly #signal: AbortSignal
  readonly #clock: Clock
  #end: number
  #records = 0

  constructor(signal: AbortSignal, clock: Clock) {
    this.#signal = signal
    this.#clock = clock
    this.#end = clock.elapsedMilliseconds() + TURN_MILLISECONDS
  }

  /** At a record: looking at the clock takes a tenth of the time that most records take. */
  isOverAtRecord(): boolean {
    return ++this.#records % RECORDS_A_LOOK === 0 && this.isOver
  }

  get isOver(): boolean {
    return this.#clock.elapsedMilliseconds() >= this.#end
  }

  /** Throws where nobody waits any more. */
  async next(): Promise<void> {
    await nextTurn()
    this.#signal.throwIfAborted()
    this.#end = this.#clock.elapsedMilliseconds() + TURN_MILLISECONDS
  }
}

/** Records that were written and not yet sent. */
class PendingRecords {
  readonly #write: (record: OutputRecord) => string
  #texts: string[] = []
  #characters = 0

  constructor(write: (record: OutputRecord) => string) {
    this.#write = write
  }

  get isEmpty(): boolean {
    return this.#texts.length === 0
  }

  get isFull(): boolean {
    return this.#characters >= MESSAGE_BYTES
  }

  add(record: OutputRecord): void {
    const text = this.#write(record)
    this.#texts.push(text)
    this.#characters += text.length
  }

  take(): Buffer {
    const bytes = Buffer.from(this.#texts.join(''))
    this.#texts = []
    this.#characters = 0
    return bytes
  }
}
