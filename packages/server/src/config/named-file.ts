import type { Disk } from '../base/disk.ts'
import { errorCode } from '../base/storage-fault.ts'
import { readWholeFile } from '../base/whole-file.ts'
import { ConfigError } from './config-error.ts'

/** The text of a file that the config names. Throws `ConfigError`, for that setting, where it cannot be read; `shown`: the file for people. */
export async function readNamedFile(
  disk: Disk,
  setting: string,
  file: string,
  shown = file,
): Promise<string> {
  return readWholeFile(disk, file).catch((cause: unknown) => {
    const message = `${shown} cannot be read (${errorCode(cause)})`
    throw new ConfigError('The config', [{ path: setting, message }], { cause })
  })
}
