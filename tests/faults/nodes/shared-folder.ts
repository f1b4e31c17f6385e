import { mkdir, rm } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { runCommand } from '../../support/run-command.ts'

const MOST_ATTEMPTS = 1000

/** A file system of its own that can be made read-only under whoever writes into it. Only where this user may mount one. */
export class SharedFolder implements AsyncDisposable {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  /** `undefined` where nothing may be mounted. */
  static async mount(path: string): Promise<SharedFolder | undefined> {
    await mkdir(path, { recursive: true })
    const { exitCode } = await runCommand('mount', ['-t', 'tmpfs', 'tmpfs', path], { allowFailure: true })
    return exitCode === 0 ? new SharedFolder(path) : undefined
  }

  /** As soon as nobody has a file open to write: the system makes it so at no other time. */
  async makeReadOnly(): Promise<void> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      if (await this.#remount('ro')) return
      await delay(5)
    }
    throw new Error('somebody always writes')
  }

  async makeWritable(): Promise<void> {
    if (!(await this.#remount('rw'))) throw new Error('cannot be made writable again')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await runCommand('umount', ['--lazy', this.path])
    await rm(this.path, { recursive: true, force: true })
  }

  async #remount(how: 'ro' | 'rw'): Promise<boolean> {
    const { exitCode } = await runCommand('mount', ['-o', `remount,${how}`, this.path], {
      allowFailure: true,
    })
    return exitCode === 0
  }
}
