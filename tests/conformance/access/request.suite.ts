import { describe, it } from 'vitest'
import { type AccessRoom, owner, type Parts, writer } from './access-room.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'

type AskedRequest = Parts & {
  readonly method: string
  /** Runs before the request, which has to succeed for the bucket's owner. */
  readonly prepare?: (bucket: string) => Promise<unknown>
  /** The permission of an ACL that allows the request; most settings have none. */
  readonly grantable?: string
}

interface Variant {
  readonly room: () => AccessRoom
  readonly key: string | undefined
  readonly request: AskedRequest
}

/** What every request about an object has to answer, whatever it asks. */
export function describeObjectRequest(room: () => AccessRoom, request: AskedRequest): void {
  describeRequest({ room, key: 'key', request })
  it('knows no other key', async () => {
    const bucket = await room().bucket()
    expectError(await room().ask('owner', request.method, bucket, 'other', request), 404, 'NoSuchKey')
    expectError(await room().ask('third', request.method, bucket, 'other', request), 403, 'AccessDenied')
  })
}

/** What every request about a bucket's settings has to answer. They are for its owner unless a policy says otherwise. */
export function describeBucketRequest(room: () => AccessRoom, request: AskedRequest): void {
  describeRequest({ room, key: undefined, request })
  it.each(['writer', 'third', 'anonymous'] as const)('is not for %s', async (who) => {
    const bucket = await made({ room, key: undefined, request })
    expectError(await room().ask(who, request.method, bucket, undefined, request), 403, 'AccessDenied')
  })
  it(`is for who is granted ${request.grantable ?? 'nothing: no grant reaches it'}`, async () => {
    const granted = request.grantable ?? 'full-control'
    const bucket = await room().bucket({ [`x-amz-grant-${granted}`]: `id=${writer.canonicalId}` })
    await request.prepare?.(bucket)
    const answer = await room().ask('writer', request.method, bucket, undefined, request)
    if (request.grantable) expectSuccess(answer, Math.min(answer.status, 299))
    else expectError(answer, 403, 'AccessDenied')
  })
}

/** A bucket that is ready for the request. */
async function made({ room, key, request }: Variant): Promise<string> {
  const bucket = await room().bucket()
  if (key !== undefined) await room().put(bucket, key)
  await request.prepare?.(bucket)
  return bucket
}

function describeRequest(variant: Variant): void {
  const { room, key, request } = variant
  describe('every request', () => {
    it('needs a bucket', async () => {
      expectError(
        await room().ask('owner', request.method, 'no-such-bucket', key, request),
        404,
        'NoSuchBucket',
      )
    })

    it('goes on for the expected owner of the bucket', async () => {
      const headers = { ...request.headers, 'x-amz-expected-bucket-owner': owner.id }
      const answer = await room().ask('owner', request.method, await made(variant), key, {
        ...request,
        headers,
      })
      expectSuccess(answer, Math.min(answer.status, 299))
    })

    it.each([
      [writer.id, 403, 'AccessDenied'],
      ['me', 400, 'InvalidBucketOwnerAWSAccountID'],
    ])('is refused where the bucket should belong to %s', async (expected, status, code) => {
      const bucket = await made(variant)
      const headers = { ...request.headers, 'x-amz-expected-bucket-owner': expected }
      expectError(
        await room().ask('owner', request.method, bucket, key, { ...request, headers }),
        status,
        code,
      )
      const query = `${request.query}&x-amz-expected-bucket-owner=${expected}`
      expectError(await room().ask('owner', request.method, bucket, key, { ...request, query }), status, code)
    })
  })
}
