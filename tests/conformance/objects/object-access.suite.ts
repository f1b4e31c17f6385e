import { describe, expect, it } from 'vitest'
import { mainAccount, otherAccount, otherCredentials } from '../../support/accounts.ts'
import { type RawAnswer, type RawRequest, rawRequest } from '../../support/raw-request.ts'
import { expectBareError, expectError, type ObjectRoom } from './object-room.ts'

/** What every operation on objects asks of its caller. `request` has to succeed for the bucket's owner. */
export function describeAccess(
  room: () => ObjectRoom,
  request: (bucket: string) => Promise<RawRequest> | RawRequest,
  options: { readonly bodiless?: boolean; readonly decidesByKey?: boolean } = {},
): void {
  const expectRefusal = (answer: RawAnswer, status: number, code: string): void => {
    if (options.bodiless) expectBareError(answer, status)
    else expectError(answer, status, code)
  }
  const send = async (changes: Partial<RawRequest>, bucket = room().bucket): Promise<RawAnswer> => {
    const wanted = await request(bucket)
    return rawRequest(room().server, {
      ...wanted,
      ...changes,
      headers: { ...wanted.headers, ...changes.headers },
    })
  }

  describe('access', () => {
    const others: [string, Partial<RawRequest>][] = [
      ['another account', { credentials: otherCredentials }],
      ['the anonymous', { anonymous: true }],
    ]
    it.each(options.decidesByKey ? [] : others)('refuses %s', async (_, who) => {
      expectRefusal(await send(who), 403, 'AccessDenied')
    })

    it('knows no other bucket', async () => {
      expectRefusal(await send({}, 'no-such-bucket'), 404, 'NoSuchBucket')
    })

    it('goes on for the expected owner of the bucket', async () => {
      const answer = await send({ headers: { 'x-amz-expected-bucket-owner': mainAccount.id } })
      expect(answer.status).toBeLessThan(300)
    })

    it('refuses where the bucket is of another owner than expected', async () => {
      const answer = await send({ headers: { 'x-amz-expected-bucket-owner': otherAccount.id } })
      expectRefusal(answer, 403, 'AccessDenied')
    })

    it('refuses an expected owner that is no account id', async () => {
      const answer = await send({ headers: { 'x-amz-expected-bucket-owner': 'somebody' } })
      expectRefusal(answer, 400, 'InvalidBucketOwnerAWSAccountID')
    })
  })
}
