import { open, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'vitest'
import { skip } from '../support/require-command.ts'
import { runCommand } from '../support/run-command.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

export type FileSystem = 'tmpfs' | 'ext4'

export interface SmallDisk extends AsyncDisposable {
  readonly path: string
  /** Somebody else's file takes all but so much. */
  fill(leftBytes: number): Promise<void>
  /** Takes it away again. */
  release(): Promise<void>
  /** The kernel finds an error in it and makes it read-only (ext4 alone). */
  fail(): Promise<void>
  freeBytes(): Promise<number>
}

const CHUNK_BYTES = 64 * 1024

/** A file system of its own; the test is skipped, with the reason, where mounting is not allowed. */
export async function smallDisk(
  context: TestContext,
  fileSystem: FileSystem,
  diskBytes: number,
): Promise<SmallDisk> {
  const folder = await temporaryDirectory()
  const path = join(folder.path, 'disk')
  const mounted = await runCommand(
    'sh',
    ['-e', '-c', MOUNT[fileSystem], 'sh', String(diskBytes), folder.path],
    { allowFailure: true },
  )
  if (mounted.exitCode !== 0) {
    await folder[Symbol.asyncDispose]()
    skip(context, `cannot mount a small ${fileSystem}: ${mounted.stderr.trim()}`)
  }
  const filler = join(path, 'filler')
  const freeBytes = async (): Promise<number> => {
    const { bavail, bsize } = await statfs(path)
    return bavail * bsize
  }
  return {
    path,
    freeBytes,
    async fill(leftBytes) {
      await using file = await open(filler, 'a')
      while ((await freeBytes()) > leftBytes) {
        const missing = Math.min(CHUNK_BYTES, Math.max(1, (await freeBytes()) - leftBytes))
        const isTaken = await file.write(Buffer.alloc(missing)).then(
          () => true,
          () => false,
        )
        if (!isTaken) break
      }
    },
    release: () => rm(filler, { force: true }),
    async fail() {
      const trigger = 'echo failed > "/sys/fs/ext4/$(basename "$(findmnt -no SOURCE "$1")")/trigger_fs_error"'
      await runCommand('sh', ['-e', '-c', trigger, 'sh', path])
    },
    async [Symbol.asyncDispose]() {
      await runCommand('umount', ['--lazy', path])
      await folder[Symbol.asyncDispose]()
    },
  }
}

// Without blocks that are kept for root, whom the tests run as.
const MOUNT: Readonly<Record<FileSystem, string>> = {
  tmpfs: 'mkdir "$2/disk"; mount -t tmpfs -o size="$1" tmpfs "$2/disk"',
  ext4: 'mkdir "$2/disk"; truncate -s "$1" "$2/image"; mkfs.ext4 -q -F -m 0 -e remount-ro "$2/image"; mount -o loop "$2/image" "$2/disk"',
}
