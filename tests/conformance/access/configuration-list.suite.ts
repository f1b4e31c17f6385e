import type { S3Client } from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { xmlTexts } from '../../support/raw-request.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import type { AccessRoom } from './access-room.ts'
import { describeBucketRequest } from './request.suite.ts'

export interface ListedConfigurations {
  readonly query: string
  readonly put: (room: AccessRoom, bucket: string, id: string) => Promise<unknown>
  /** A page through the SDK, with the configurations under one name whatever their kind. */
  readonly page: (
    client: S3Client,
    input: { readonly Bucket: string; readonly ContinuationToken?: string },
  ) => Promise<ConfigurationPage>
  /** What a policy has to allow. */
  readonly action: string
}

export interface ConfigurationPage {
  readonly ContinuationToken?: string | undefined
  readonly NextContinuationToken?: string | undefined
  readonly IsTruncated?: boolean | undefined
  readonly configurations: readonly { readonly Id: string | undefined }[] | undefined
}

/** What holds of each list of a bucket's configurations that are put under ids of their own. */
export function describeConfigurationList(
  room: () => AccessRoom,
  { query, put, page: send, action }: ListedConfigurations,
): void {
  describeBucketRequest(room, { method: 'GET', query })

  it('is empty where there is none', async () => {
    const { text } = await room().must('owner', 'GET', await room().bucket(), undefined, { query })
    expect([xmlTexts(text, 'Id'), xmlTexts(text, 'IsTruncated')]).toEqual([[], ['false']])
  })

  it('lists all, by id, a hundred a page', async () => {
    const Bucket = await room().bucket()
    const ids = Array.from({ length: 230 }, (_, at) => `list-${String(at).padStart(3, '0')}`)
    for (const id of ids.toReversed()) await put(room(), Bucket, id)
    const client = room().client()
    const pages: string[][] = []
    let ContinuationToken: string | undefined
    do {
      const input = { Bucket, ...(ContinuationToken !== undefined && { ContinuationToken }) }
      const page = await send(client, input)
      expect(page.ContinuationToken).toBe(ContinuationToken)
      expect(page.IsTruncated).toBe(page.NextContinuationToken !== undefined)
      pages.push((page.configurations ?? []).map(({ Id }) => Id ?? ''))
      ContinuationToken = page.NextContinuationToken
    } while (ContinuationToken !== undefined)
    client.destroy()
    expect(pages.map((page) => page.length)).toEqual([100, 100, 30])
    expect(pages.flat()).toEqual(ids)
  })

  it.each(['', 'garbage', 'MQ=='])('refuses the token %j, which it did not make', async (token) => {
    const asked = { query: `continuation-token=${token}&${query}` }
    const answer = await room().ask('owner', 'GET', await room().bucket(), undefined, asked)
    expectError(answer, 400, 'InvalidArgument')
  })

  it(`is for whom a policy allows ${action}`, async () => {
    const bucket = await room().bucket()
    await room().policy(bucket, { Action: action })
    expectSuccess(await room().ask('writer', 'GET', bucket, undefined, { query }))
  })
}
