import { expect, it } from 'vitest'
import { mainCredentials } from '../../../../tests/support/accounts.ts'
import { signHeaders } from '../../../../tests/support/signature-v4.ts'
import { SignatureFault } from './signature-fault.ts'
import { spacedHex } from './signature-mismatch.ts'
import { SigningKeyCache } from './signing-key.ts'
import { verifySignature } from './verify-signature.ts'

const now = new Date('2026-03-04T05:06:07Z')
const KEY = Buffer.alloc(32, 0xfb).toString('base64')
const NAME = 'x-amz-server-side-encryption-customer-key'
const COPIED = 'x-amz-copy-source-server-side-encryption-customer-key'

async function fieldsOf(headers: Record<string, string>, query: string): Promise<Record<string, string>> {
  const request = { path: '/b/k', query, headers: { host: 'h', ...headers } }
  const signing = { ...request, method: 'GET', credentials: mainCredentials, date: now }
  const head = { ...request, headers: signHeaders(signing, 'UNSIGNED-PAYLOAD').headers, method: 'PUT' }
  const options = { region: 'us-east-1', now, keys: new SigningKeyCache() }
  const verify = async () => verifySignature(head, { ...options, findCredential: () => mainCredentials })
  const fault: unknown = await verify().catch((error: unknown) => error)
  if (fault instanceof SignatureFault) return { code: fault.code, ...fault.fields }
  throw new Error('the signature of another method was taken')
}

it('shows no key that the client brings: no header, no parameter, neither as text nor as bytes', async () => {
  const encoded = encodeURIComponent(KEY)
  const query = `X-Amz-Server-Side-Encryption-Customer-Key=${encoded}&a=1&${COPIED}=${encoded}&z=1`
  const fields = await fieldsOf({ [NAME]: KEY, [COPIED]: KEY, [`${NAME}-md5`]: 'digest' }, query)
  expect(fields['code']).toBe('SignatureDoesNotMatch')
  for (const secret of [KEY, encoded, spacedHex(KEY), spacedHex(encoded)]) {
    expect(JSON.stringify(fields)).not.toContain(secret)
  }
  const shown = fields['CanonicalRequest'] ?? ''
  expect(shown).toContain(`\n${NAME}:REDACTED\n${NAME}-md5:digest\n`)
  expect(shown).toContain(`\n${COPIED}:REDACTED\n`)
  expect(shown).toContain(`\nX-Amz-Server-Side-Encryption-Customer-Key=REDACTED&a=1&${COPIED}=REDACTED&z=1\n`)
  expect(fields['CanonicalRequestBytes']).toBe(spacedHex(shown))
})
