import type { AccountDirectory } from '../access/account-directory.ts'
import type { Account } from '../access/accounts.ts'
import type { ProcessPresence } from '../background/process-presence.ts'
import { assert } from '../base/assert.ts'
import { systemClock } from '../base/clock.ts'
import { Conditions } from '../base/conditions.ts'
import { silentLog } from '../base/log.ts'
import { systemRandom } from '../base/random.ts'
import type { Config } from '../config/config.ts'
import type { KeySecrets } from '../config/key-secrets.ts'
import { usingReserve } from '../metadata/ordered-store.ts'
import { checkFormat } from '../metadata/store-format.ts'
import type { S3Service } from '../s3/shared/service/service.ts'
import type { ServerOptions } from '../server-options.ts'
import { assertOwnUser } from './identity/assert-own-user.ts'
import { closeStores, openStores } from './open-stores.ts'
import { processesOf } from './settings.ts'
import { storeGuards } from './store-guards.ts'
import { openToolService } from './tool-service.ts'

export interface StoreForImport {
  readonly config: Config
  readonly keySecrets: KeySecrets
  readonly dataDirectory: string
}

/** Opens a data folder as one more process of its servers, to bring something into it. */
export async function withStoreForImport<T>(
  { config, keySecrets, dataDirectory }: StoreForImport,
  use: (service: S3Service, presence: ProcessPresence) => Promise<T>,
): Promise<T> {
  const options: ServerOptions = {
    config,
    keySecrets,
    dataDirectory,
    address: { host: '', port: 0 },
    domains: [],
    log: silentLog,
  }
  await assertOwnUser(dataDirectory, config)
  const guards = storeGuards(options, new Conditions(systemClock, silentLog), systemClock)
  const stores = await openStores(options, systemClock, guards)
  // As for all commands: only a server goes on to look at pages that the start left out.
  stores.pages.lookedUpTo(undefined)
  // On a full disk too, as what is brought may be taken away again.
  const freeing = { ...stores, metadata: usingReserve(stores.metadata) }
  const processes = processesOf(options, freeing, systemClock, systemRandom)
  assert(processes, 'processes can share a data folder')
  try {
    await checkFormat(stores.metadata)
    // So that servers leave alone what is brought until it has its name.
    await processes.presence.start()
    const service = await openToolService(options, stores, processes)
    try {
      return await use(service, processes.presence)
    } finally {
      await service.digests[Symbol.asyncDispose]()
    }
  } finally {
    await processes.presence.stop()
    await closeStores(stores)
  }
}

/** The account by its id; the first where none is named. */
export function ownerOf(accounts: AccountDirectory, id: string | undefined): Account {
  const owner = id === undefined ? accounts.accounts[0] : accounts.findById(id)
  if (owner) return owner
  throw new Error(id === undefined ? 'The config has no account.' : `There is no account ${id}.`)
}
