import { parentPort } from 'node:worker_threads'
import { assert } from './assert.ts'

/** What the code of a `TaskThread` does with its tasks. What it throws ends the thread. */
export function answerTasks(answer: (task: unknown) => unknown): void {
  assert(parentPort, 'this is code of a thread')
  const port = parentPort
  port.on('message', (task: unknown) => port.postMessage(answer(task)))
}
