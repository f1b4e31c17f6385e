import { systemDisk } from '../base/disk.ts'
import { systemRandom } from '../base/random.ts'
import { assertStored } from '../compose/open-stores.ts'
import { runIamImport } from '../compose/run-iam-import.ts'
import { readEnvironment } from '../config/environment.ts'
import { readKeySecrets } from '../config/key-secrets.ts'
import { readConfig } from '../config/load-config.ts'
import { describeFailure } from './describe-failure.ts'
import type { ImportIamOptions } from './import-options.ts'
import { readArchive } from './read-archive.ts'
import { DEFAULT_ADDRESS } from './serve-options.ts'
import { say } from './store-commands.ts'

/** `holdfast import-iam`: exit code 0 where all came, 1 where something differs or could not, 2 where nothing did. */
export async function importIamCommand(file: string, options: ImportIamOptions): Promise<void> {
  const { data: dataDirectory, config: configPath, json } = options
  let differences = 0
  try {
    await assertStored(dataDirectory)
    const archive = await readArchive(systemDisk, file)
    const sources = { configPath, dataDirectory, environment: readEnvironment() }
    const brought = await runIamImport({
      config: await readConfig(systemDisk, systemRandom, sources),
      keySecrets: readKeySecrets(),
      dataDirectory,
      archive,
      account: options.account,
      root: options.root,
      tell(what, problem) {
        differences++
        say(json ? JSON.stringify({ what, problem }) : `DIFFERS ${what}: ${problem}`)
      },
    })
    if (json) say(JSON.stringify({ ...brought, differences }))
    else {
      const { policies, users, groups, serviceAccounts } = brought
      say(
        `${users} users, ${serviceAccounts} service accounts, ${groups} groups and ${policies} policies are here.`,
      )
    }
    if (differences > 0) process.exitCode = 1
  } catch (error) {
    process.exitCode = 2
    process.stderr.write(`${describeFailure(error, { data: dataDirectory, address: DEFAULT_ADDRESS })}\n`)
  }
}
