import { errorCode } from '../../base/storage-fault.ts'
import type { ConsoleConfig } from '../../config/console-config.ts'
import type { Address } from '../../config/listen-address.ts'
import { KeyServiceFault } from '../../encryption/key-service-fault.ts'
import { tryStoreKeys } from '../identity/open-store-keys.ts'
import { closeStores } from '../open-stores.ts'
import { type CertificatePaths, lookAtCertificates } from './look-at-certificates.ts'
import { lookAtConsole } from './look-at-console.ts'
import { lookAtDisks, lookAtFlushes } from './look-at-disks.ts'
import { isThere, lookAtFolder } from './look-at-folder.ts'
import { lookAtOpenFiles, lookAtSettings } from './look-at-settings.ts'
import {
  isServed,
  lookAtClock,
  lookAtDamage,
  lookAtPieces,
  type OpenedStore,
  openPatient,
} from './look-at-store.ts'
import { lookAtPool } from './look-at-pool.ts'
import { lookAtProviders } from './look-at-providers.ts'
import { lookAtReplication } from './look-at-replication.ts'
import { lookAtWebhooks } from './look-at-webhooks.ts'
import type { Finding, Machine, Patient, Say } from './patient.ts'

export interface Examination extends Machine {
  readonly certificates: readonly CertificatePaths[]
  /** Besides those of the config. */
  readonly domains: readonly string[]
  /** Where the servers have the web console; `undefined`: nowhere. */
  readonly consoleAddress: (config: ConsoleConfig) => Address | undefined
  /** Says what an error means and what to do about it; a line for each of several. */
  readonly describe: (error: unknown) => string
  readonly tell: (finding: Finding) => void
}

/** Looks at all that a server needs, one thing after the other, and tells of each. Changes nothing in the store. */
export async function examine(examination: Examination): Promise<void> {
  const look = lookWith(examination)
  const settings = await look('config', 'The config can be used.', (say) => lookAtSettings(examination, say))
  await look('open-files', 'Enough files may be open at once.', lookAtOpenFiles)
  const { certificates } = examination
  const domains = [...(settings?.config.domains ?? []), ...examination.domains]
  if (certificates.length > 0)
    await look('certificate', 'The certificates can be used with their keys.', (say) =>
      lookAtCertificates(examination, { certificates, domains }, say),
    )
  const there = await look('data-folder', 'The data folder is there.', (say) => isThere(examination, say))
  // What belongs to the store, and where its keys are, stands in the config.
  if (!settings) return
  const patient = { ...examination, ...settings }
  await look('webhooks', 'All webhooks can be reached.', (say) => lookAtWebhooks(patient, say))
  await look('replication', 'All buckets elsewhere can be replicated to.', (say) =>
    lookAtReplication(patient, say),
  )
  const isUsed = there === true && (await lookInside(patient, look))
  if (there === false) await lookAtKeys(patient, undefined, look)
  const console = {
    address: examination.consoleAddress(settings.config.console),
    isSecure: certificates.length > 0,
    isServed: isUsed,
  }
  await look('console', 'The web console has an address to itself, or is not served.', (say) =>
    lookAtConsole(patient, console, say),
  )
}

/** Whether a server runs on the store, as far as can be seen. */

async function lookInside(patient: Patient & Pick<Examination, 'tell'>, look: Look): Promise<boolean> {
  await look('rights', 'This user may use all of it, and strangers nothing secret.', (say) =>
    lookAtFolder(patient, say),
  )
  await look('disk', 'The disks take writes, and have room.', (say) => lookAtDisks(patient, say))
  await look('flush', 'A flush takes as long as a disk needs for it.', (say) => lookAtFlushes(patient, say))
  if (patient.config.blobs.engine === 'ceph')
    await look('ceph', 'Ceph and the pool of the blobs can be reached.', () => lookAtPool(patient))
  const opened = await look('store', 'The metadata can be used.', (say) => openPatient(patient, say))
  if (opened === 'none') await lookAtKeys(patient, undefined, look)
  if (!opened || opened === 'none') return false
  try {
    return await lookAtStore(patient, opened, look)
  } finally {
    await closeStores(opened)
  }
}

async function lookAtStore(
  patient: Patient & Pick<Examination, 'tell'>,
  store: OpenedStore,
  look: Look,
): Promise<boolean> {
  await look('pieces', 'All pieces of the store are there.', (say) => lookAtPieces(patient, store, say))
  await lookAtKeys(patient, store, look)
  await look('identity-providers', 'All identity providers can be read.', (say) =>
    lookAtProviders(patient, store, say),
  )
  await look('clock', 'The clock is not behind the store.', (say) => lookAtClock(patient, store, say))
  await look('damage', 'No damage is known.', (say) => lookAtDamage(patient, store, say))
  const isUsed = await isServed(patient, store)
  patient.tell({
    check: 'servers',
    state: 'well',
    message: `${isUsed ? 'A' : 'No'} server is running on this store.`,
  })
  return isUsed
}

async function lookAtKeys(patient: Patient, store: OpenedStore | undefined, look: Look): Promise<void> {
  const { keySecrets: secrets } = patient
  await look('keys', 'The root keys open the keys of the store.', async (say) => {
    try {
      await tryStoreKeys({ ...patient, secrets }, store?.metadata)
    } catch (error) {
      if (!(error instanceof KeyServiceFault)) throw error
      const code = errorCode(error.cause)
      const reason = code === undefined ? error.message : `${error.message} (${code})`
      say('wrong', `${reason}. Until that is mended, what is sealed can neither be read nor written.`)
    }
  })
}

type Look = <Result>(
  check: string,
  well: string,
  work: (say: Say) => Promise<Result>,
) => Promise<Result | undefined>

/** A look that comes to an error has found something wrong, and gives `undefined`. */
function lookWith({ tell, describe }: Examination): Look {
  return async (check, well, work) => {
    let isWell = true
    const say: Say = (state, message) => {
      isWell = false
      tell({ check, state, message })
    }
    try {
      const result = await work(say)
      if (isWell) tell({ check, state: 'well', message: well })
      return result
    } catch (error) {
      const [first = '', ...others] = describe(error).split('\n')
      if (others.length === 0) say('wrong', first)
      for (const other of others) say('wrong', `${first} ${other.trim()}`)
      return undefined
    }
  }
}
