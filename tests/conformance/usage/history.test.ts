import { expect, it, vi } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { createBucket, putObject } from '../../support/buckets.ts'
import { makeUser } from '../../support/identity-clients.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'

it('/-/usage-history tells what a bucket held, to who may know', async () => {
  await using server = await startTestServer()
  const ask = async (query: string, credentials = server.credentials) => {
    const date = server.clock.now()
    const { status, text } = await rawRequest(server, { path: '/-/usage-history', query, credentials, date })
    return { status, json: JSON.parse(text) as Record<string, unknown> }
  }
  await putObject(server, await createBucket(server, 'photos'), 'a', Buffer.alloc(1000))
  await createBucket({ ...server, credentials: otherCredentials }, 'foreign')
  const statement = { Effect: 'Allow', Action: 'holdfast:GetUsage', Resource: '*' }
  const nobody = await makeUser(server, 'nobody', statement)
  server.clock.advance(60 * 60 * 1000)
  const samples = async () => (await ask('bucket=photos&step=hour')).json['samples']
  await vi.waitFor(async () => expect(await samples()).toHaveLength(1), { timeout: 20_000 })
  expect((await ask('bucket=photos')).json).toEqual({
    bucket: 'photos',
    step: 'day',
    samples: [
      {
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        objects: 1,
        versions: 1,
        bytes: 1000,
        partBytes: 0,
      },
    ],
  })
  expect((await ask('bucket=photos&step=week')).json['code']).toBe('InvalidRequest')
  // Those of other accounts too, for an account of the config.
  expect((await ask('bucket=foreign')).status).toBe(200)
  for (const query of ['', 'bucket=nowhere', `bucket=${'x'.repeat(300)}`])
    expect(await ask(query)).toMatchObject({ status: 404, json: { code: 'NotFound' } })
  expect((await ask('bucket=photos', nobody)).json['code']).toBe('AccessDenied')
})
