import { AccountDirectory } from '../access/account-directory.ts'
import type { Processes } from '../background/processes.ts'
import { systemClock } from '../base/clock.ts'
import { DAY_MILLISECONDS } from '../base/day.ts'
import { DigestThreads } from '../base/digest-threads.ts'
import { silentLog } from '../base/log.ts'
import { systemRandom } from '../base/random.ts'
import { GuessGuard } from '../guesses/guess-guard.ts'
import { Identities } from '../identities/identities.ts'
import { KeyUses } from '../identities/key-uses.ts'
import { StoreAccounts } from '../identities/store-accounts.ts'
import { noDestinations } from '../s3/shared/announcing/event-sender.ts'
import { EventSequence } from '../s3/shared/announcing/event-sequence.ts'
import { ContentIds } from '../s3/shared/content/content-ids.ts'
import { ContentPins } from '../s3/shared/content/content-pins.ts'
import type { Stores } from '../s3/shared/content/stores.ts'
import { DocumentCache } from '../s3/shared/service/document-cache.ts'
import type { S3Service } from '../s3/shared/service/service.ts'
import { AnalyzedTraffic } from '../s3/shared/analyzing/analyzed-traffic.ts'
import { AccessTimes } from '../s3/shared/storage-tiers/access-times.ts'
import { QueryThreads } from '../select/query-threads.ts'
import type { ServerOptions } from '../server-options.ts'
import { openKeys } from './open-keys.ts'
import { settingsOf } from './settings.ts'

/** What operations work on where no server does: nothing is delivered, and no worker of this process is called. */
export async function openToolService(
  options: ServerOptions,
  stores: Stores,
  processes: Pick<Processes, 'longReads'> | undefined,
): Promise<S3Service> {
  const accounts = new AccountDirectory(options.config.accounts)
  const { objectKeys } = await openKeys(options, stores, accounts, systemClock)
  const { metadata } = stores
  const keyUses = new KeyUses(systemClock, metadata)
  const storeAccounts = new StoreAccounts({ directory: accounts, metadata, clock: systemClock })
  await storeAccounts.glance()
  const { storeKeys } = objectKeys
  return {
    stores,
    settings: settingsOf(options, DAY_MILLISECONDS),
    accounts,
    clock: systemClock,
    random: systemRandom,
    digests: new DigestThreads(),
    pins: new ContentPins(() => {}, processes?.longReads),
    queries: new QueryThreads(),
    documents: new DocumentCache(),
    encryption: objectKeys,
    identities: new Identities({ accounts, metadata, storeKeys, keyUses, storeAccounts }),
    eventDestinations: noDestinations,
    contentIds: new ContentIds({ clock: systemClock, random: systemRandom }),
    eventSequence: new EventSequence(systemClock),
    accessLog: { note() {} },
    accesses: new AccessTimes(systemClock, DAY_MILLISECONDS),
    analyzedTraffic: new AnalyzedTraffic(systemClock, DAY_MILLISECONDS),
    guesses: new GuessGuard({ metadata, clock: systemClock, log: silentLog }),
    garbageAdded: () => {},
  }
}
