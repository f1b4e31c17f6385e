import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'vitest'
import { skip } from '../support/require-command.ts'
import { runCommand } from '../support/run-command.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

export interface SmallDisk extends AsyncDisposable {
  readonly path: string
  /** Gives back some of the space. */
  release(): Promise<void>
}

/** A file system of its own, in memory; the test is skipped, with the reason, where mounting is not allowed. */
export async function smallDisk(
  context: TestContext,
  size: { readonly diskBytes: number; readonly releaseBytes: number },
): Promise<SmallDisk> {
  const folder = await temporaryDirectory()
  const words = ['-t', 'tmpfs', '-o', `size=${size.diskBytes}`, 'tmpfs', folder.path]
  const { exitCode, stderr } = await runCommand('mount', words, { allowFailure: true })
  if (exitCode !== 0) {
    await folder[Symbol.asyncDispose]()
    skip(context, `cannot mount a small disk: ${stderr.trim()}`)
  }
  const filler = join(folder.path, 'filler')
  await writeFile(filler, Buffer.alloc(size.releaseBytes))
  return {
    path: folder.path,
    release: () => rm(filler),
    async [Symbol.asyncDispose]() {
      await runCommand('umount', ['--lazy', folder.path])
      await folder[Symbol.asyncDispose]()
    },
  }
}
