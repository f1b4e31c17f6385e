import { runSettingsImport } from '../compose/run-settings-import.ts'
import { importArchive } from './import-archive.ts'
import type { ImportArchiveOptions } from './import-options.ts'

/** `holdfast import-settings` */
export function importSettingsCommand(file: string, options: ImportArchiveOptions): Promise<void> {
  return importArchive(
    file,
    options,
    runSettingsImport,
    ({ buckets, made }) => `${buckets} buckets have the settings of the archive; ${made} of them were made.`,
  )
}
