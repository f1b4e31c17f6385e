import { defineTable } from '../table.ts'

/** A session that somebody began with an identity provider, for the page that is about to ask for it. */
export interface ConsoleTicketRow {
  readonly storeKeyId: string
  /** Base64. */
  readonly sealedSecret: string
  readonly untilMilliseconds: number
}

/** By the SHA-256 of what has to be shown, in hexadecimal. */
export const consoleTickets = defineTable<[digest: string], ConsoleTicketRow>(100, 'consoleTickets')
