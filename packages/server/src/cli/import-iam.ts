import { runIamImport } from '../compose/run-iam-import.ts'
import { importArchive } from './import-archive.ts'
import type { ImportIamOptions } from './import-options.ts'

/** `holdfast import-iam` */
export function importIamCommand(file: string, options: ImportIamOptions): Promise<void> {
  return importArchive(
    file,
    options,
    (given) => runIamImport({ ...given, root: options.root }),
    ({ policies, users, groups, serviceAccounts }) =>
      `${users} users, ${serviceAccounts} service accounts, ${groups} groups and ${policies} policies are here.`,
  )
}
