import type { RawAnswer } from '../../support/raw-request.ts'
import { type AccessRoom, owner, type Parts, type Who } from './access-room.ts'

/** A request of S3 Control about the account of the bucket's owner. */
export function control(
  room: AccessRoom,
  who: Who,
  method: string,
  path: string,
  parts: Parts = {},
  accountId = owner.id,
): Promise<RawAnswer> {
  const headers = { ...parts.headers, 'x-amz-account-id': accountId }
  return room.ask(who, method, `v20180820/${path}`, undefined, { ...parts, headers })
}
