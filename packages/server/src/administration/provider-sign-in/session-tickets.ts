import { hash } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import { isObject } from '../../base/is-object.ts'
import type { StoreKeys } from '../../encryption/store-keys.ts'
import { openedSecret, sealedSecret } from '../../identities/sealed-secret.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { consoleTickets } from '../../metadata/tables/console-tables.ts'
import { transact } from '../../metadata/transaction.ts'
import type { SignedIn } from '../sign-in/signed-in.ts'

interface TicketsSetting {
  readonly metadata: OrderedStore
  readonly storeKeys: StoreKeys
  readonly clock: Clock
  readonly random: Random
}

/** From the redirect to the page that it leads to. */
const GOOD_FOR_MILLISECONDS = 60_000
/** That nobody came for; removed with each further one. */
const MOST_REMOVED = 20

/** Keeps a session for the page that is about to ask for it, once, whichever process it asks; returns the ticket that it has to show. */
export async function leaveSession(setting: TicketsSetting, session: SignedIn): Promise<string> {
  const { metadata, storeKeys, clock, random } = setting
  const ticket = random.bytes(32).toString('base64url')
  const id = idOf(ticket)
  const sealed = await sealedSecret(storeKeys, boundTo(id), JSON.stringify(session), random)
  const now = clock.now().getTime()
  const known = await metadata.scan({ ...consoleTickets.range(), limit: MOST_REMOVED })
  const over = known.filter((entry) => consoleTickets.decode(entry).untilMilliseconds < now)
  await transact(metadata, (transaction) => {
    for (const { key } of over) transaction.remove(consoleTickets, ...consoleTickets.parts(key))
    transaction.put(consoleTickets, [id], { ...sealed, untilMilliseconds: now + GOOD_FOR_MILLISECONDS })
  })
  return ticket
}

/** The session of a ticket, which is none any more then. */
export async function collectSession(setting: TicketsSetting, ticket: string): Promise<SignedIn | undefined> {
  const id = idOf(ticket)
  const row = await transact(setting.metadata, async (transaction) => {
    const found = await transaction.get(consoleTickets, id)
    if (found) transaction.remove(consoleTickets, id)
    return found
  })
  if (!row || row.untilMilliseconds < setting.clock.now().getTime()) return undefined
  const session: unknown = JSON.parse(await openedSecret(setting.storeKeys, boundTo(id), row))
  // Sealed by this store, so it is what it was.
  return isObject(session) ? (session as unknown as SignedIn) : undefined
}

/** The store has no ticket that somebody could show who reads it. */
function idOf(ticket: string): string {
  return hash('sha256', ticket, 'hex')
}

function boundTo(id: string): string {
  return `console ticket\0${id}`
}
