import { answerStreams } from '../base/answer-streams.ts'
import { systemClock } from '../base/clock.ts'
import { answerQuery, type QueryRequest } from './answer-query.ts'
import { packError } from './packed-error.ts'

/** What the thread is told of a query. */
export interface QueryTask {
  readonly request: QueryRequest
  readonly sizeBytes: number
}

answerStreams((task, read, signal) => {
  // The one who starts the thread gives it just these.
  const { request, sizeBytes } = task as QueryTask
  return answerQuery(request, { sizeBytes, read }, { signal, clock: systemClock })
}, packError)
