import { systemDisk } from '../base/disk.ts'
import type { StoreForImport } from '../compose/store-for-import.ts'
import type { ImportArchiveOptions } from './import-options.ts'
import { readWholeBytes } from '../base/whole-file.ts'
import { failed, say, storeOf } from './with-store.ts'

export interface ArchiveForImport extends StoreForImport {
  readonly archive: Uint8Array
  readonly account: string | undefined
  readonly tell: (what: string, problem: string) => void
}

/**
 * Brings what is in an archive, and says what it was in the words of `inWords`. Exit code 0 where all came, 1 where something
 * differs or could not, 2 where it could not be read or gone on with.
 */
export async function importArchive<Brought extends object>(
  file: string,
  options: ImportArchiveOptions,
  run: (given: ArchiveForImport) => Promise<Brought>,
  inWords: (brought: Brought) => string,
): Promise<void> {
  const { account, json } = options
  let differences = 0
  try {
    const store = await storeOf(options)
    const archive = await readWholeBytes(systemDisk, file)
    const brought = await run({
      ...store,
      archive,
      account,
      tell(what, problem) {
        differences++
        say(json ? JSON.stringify({ what, problem }) : `DIFFERS ${what}: ${problem}`)
      },
    })
    say(json ? JSON.stringify({ ...brought, differences }) : inWords(brought))
    if (differences > 0) process.exitCode = 1
  } catch (error) {
    failed(error, options, 2)
  }
}
