import { MessageChannel, parentPort, type MessagePort } from 'node:worker_threads'
import { assert } from './assert.ts'
import { receiveStream, sendStream } from './port-stream.ts'
import type { RangeAsked, ReadRange, StreamTask } from './stream-thread.ts'

/**
 * What the code of a `StreamThread` does with its tasks. The signal is aborted when nobody waits for the answer any more: who works
 * for long without an answer lets the thread's messages come in and looks at it. `pack` makes of an error what goes from thread to thread.
 */
export function answerStreams(
  answer: (task: unknown, read: ReadRange, signal: AbortSignal) => AsyncIterable<Uint8Array>,
  pack: (error: unknown) => unknown,
): void {
  assert(parentPort, 'this is code of a thread')
  parentPort.on('message', ({ task, answers, asks }: StreamTask) => {
    const ended = new AbortController()
    answers.on('close', () => ended.abort())
    sendStream(
      answers,
      answer(task, (start, end) => ask(asks, start, end, ended.signal), ended.signal),
      pack,
    )
  })
}

async function* ask(
  asks: MessagePort,
  start: number,
  end: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { port1, port2 } = new MessageChannel()
  asks.postMessage({ start, end, port: port2 } satisfies RangeAsked, [port2])
  yield* receiveStream(port1, () => new Error('the bytes could not be read'), signal)
}
