import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A script of ours in a process of its own: gets one message, gives one answer, and ends with its disposal. */
export interface Child<Answer> extends AsyncDisposable {
  readonly pid: number
  readonly answer: Answer
}

/** `script` is resolved against this folder. Rejects when the child ends before it answers. */
export async function startChild<Answer>(script: string, message: object): Promise<Child<Answer>> {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit')
  child.send(message)
  const answer = await Promise.race([
    once(child, 'message').then(([answer]) => answer as Answer),
    ended.then(([code]) => Promise.reject(new Error(`${script} ended with ${String(code)}`))),
  ])
  return { pid: pidOf(child), answer, [Symbol.asyncDispose]: () => end(child, ended) }
}

export function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error(`cannot start ${child.spawnfile}`)
  return child.pid
}

/** Asks a process to end and waits until it has. */
export async function end(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM')
  await ended
}
