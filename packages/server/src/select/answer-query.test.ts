import { describe, expect, it } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { collectBytes } from '../base/collect-bytes.ts'
import { csv } from '../../../../tests/support/select-objects.ts'
import { answerQuery, type QueryRequest } from './answer-query.ts'

const request: QueryRequest = {
  expression: 'SELECT COUNT(*) FROM S3Object',
  input: csv,
  output: { kind: 'JSON', recordDelimiter: ';' },
  scanRange: undefined,
  reportsProgress: false,
  nowMilliseconds: 0,
}

/** Bytes that are there at once, as those of a bomb are. */
async function* lines(text: string, count: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text.repeat(2 ** 18))
  for (let left = count; left > 0; left--) yield await Promise.resolve(bytes)
}

describe('a query', () => {
  it.each(['\n', 'x\n'])(
    'leaves time for others, and ends when nobody waits, in lines of %j',
    async (line) => {
      const calledOff = new AbortController()
      setImmediate(() => calledOff.abort(new Error('nobody waits')))
      const work = { signal: calledOff.signal, clock: systemClock }
      const source = { sizeBytes: 2 ** 30, read: () => lines(line, 100) }
      await expect(collectBytes(answerQuery(request, source, work))).rejects.toThrow('nobody waits')
    },
  )
})
