import { join } from 'node:path'
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary-directory.ts'
import { copyOf, holdfast, makeStore } from './damaged-folder.ts'

/** A store and a backup of it. */
export async function makeBackup(): Promise<TemporaryDirectory> {
  const made = await temporaryDirectory()
  await makeStore(join(made.path, 'data'))
  const { exitCode, stderr } = await holdfast(join(made.path, 'data'), 'backup', join(made.path, 'backup'))
  if (exitCode !== 0) throw new Error(stderr)
  return made
}

/** The same in a folder of its own, to do things to. */
export async function copyOfBackup(made: TemporaryDirectory) {
  const folder = await copyOf(made)
  return {
    data: join(folder.path, 'data'),
    backup: join(folder.path, 'backup'),
    restored: join(folder.path, 'restored'),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}
