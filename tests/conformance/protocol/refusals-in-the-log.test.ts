import { expect, it } from 'vitest'
import { jsonLog } from '../../../packages/server/src/base/log.ts'
import { otherCredentials } from '../../support/accounts.ts'
import { createBucket } from '../../support/buckets.ts'
import { rawRequest, type RawRequest } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'
import { expectError } from '../objects/object-room.ts'

it('what clients ask in vain is no fault of the server in its log', async () => {
  let logged = ''
  const log = jsonLog('warn', { write: (line) => (logged += line) })
  await using server = await startTestServer({ log })
  await createBucket(server, 'bucket')
  // On some engines it says at the start that it is one of tests.
  logged = ''
  const ask = (request: Partial<RawRequest>) => rawRequest(server, { path: '/bucket', ...request })
  expectError(
    await ask({ query: 'metadataConfiguration=', credentials: otherCredentials }),
    501,
    'NotImplemented',
  )
  const headers = { 'transfer-encoding': 'chunked' }
  const upload = { method: 'PUT', path: '/bucket/key', headers, body: 'x' }
  expectError(await ask(upload), 501, 'NotImplemented')
  expectError(await ask({ credentials: otherCredentials }), 403, 'AccessDenied')
  expectError(await ask({ path: '/nowhere', anonymous: true }), 404, 'NoSuchBucket')
  expect(logged).toBe('')
})
