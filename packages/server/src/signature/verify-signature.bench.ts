import { hash } from 'node:crypto'
import { bench, describe } from 'vitest'
import { mainCredentials } from '../../../../tests/support/accounts.ts'
import { presignQuery, signHeaders } from '../../../../tests/support/signature-v4.ts'
import { SigningKeyCache } from './signing-key.ts'
import { verifySignature, type VerifyOptions } from './verify-signature.ts'

const now = new Date()
const request = {
  method: 'GET',
  path: '/bucket/some/key%20name.txt',
  query: '',
  headers: { host: '127.0.0.1:9000' },
  credentials: mainCredentials,
  date: now,
}
const inHeader = { ...request, headers: signHeaders(request, 'UNSIGNED-PAYLOAD').headers }
const inQuery = { ...request, query: presignQuery(request, 3600) }
const options: VerifyOptions<typeof mainCredentials> = {
  region: 'us-east-1',
  now,
  keys: new SigningKeyCache(),
  findCredential: () => mainCredentials,
}

describe('a signature', () => {
  bench('in the header', async () => {
    await verifySignature(inHeader, options)
  })
  bench('in the query', async () => {
    await verifySignature(inQuery, options)
  })
  const text = 'x'.repeat(300)
  bench('for comparison, one SHA-256 of 300 bytes', () => {
    hash('sha256', text)
  })
})
