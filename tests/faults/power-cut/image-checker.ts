import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ImageTask } from './image-process.ts'

const PROCESS = fileURLToPath(new URL('image-process.ts', import.meta.url))

/** Has images looked at in a process of its own, and in another one where that ended. */
export class ImageChecker implements AsyncDisposable {
  #child: ChildProcess | undefined
  #output = ''

  /** What is wrong with an image. */
  async check(task: ImageTask): Promise<readonly string[]> {
    const child = (this.#child ??= this.#fork())
    const done = new AbortController()
    const answered = once(child, 'message', { signal: done.signal }).then(
      ([problems]) => problems as string[],
    )
    const ended = once(child, 'close', { signal: done.signal }).then(([code, signal]) => {
      this.#child = undefined
      return [`the process ended with ${String(code ?? signal)}: ${this.#output}`]
    })
    child.send(task)
    const problems = await Promise.race([answered, ended])
    done.abort()
    await Promise.allSettled([answered, ended])
    return problems
  }

  #fork(): ChildProcess {
    this.#output = ''
    const child = fork(PROCESS, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    child.stderr?.on('data', (bytes: Buffer) => (this.#output += bytes.toString()))
    return child
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#child
    if (!child) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
}
