import type { RawAnswer } from '../../support/raw-request.ts'
import { type AccessRoom, blockDocument, owner, type Who } from '../access/access-room.ts'

const PATH = 'v20180820/configuration/publicAccessBlock'

/** A request about the public access block of an account; with switches it puts them. */
export function accountBlock(
  room: AccessRoom,
  who: Who,
  method: string,
  {
    switches,
    body = '',
    accountId = owner.id,
  }: { switches?: string[]; body?: string; accountId?: string } = {},
): Promise<RawAnswer> {
  const document = switches ? blockDocument(switches) : body
  return room.ask(who, method, PATH, undefined, {
    body: document,
    headers: { 'x-amz-account-id': accountId },
  })
}
