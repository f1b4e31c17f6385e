import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { checkSignature, TextToSign } from './check-signature.ts'
import { parseCredential } from './credential-scope.ts'
import { SigningKeyCache } from './signing-key.ts'

it('checks the policy of a POST form', async () => {
  const endpoint = { region: 'us-east-1', services: ['s3'] }
  const scope = parseCredential('AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request', 'form', endpoint)
  const policy = Buffer.from(JSON.stringify({ expiration: '2015-12-30T12:00:00.000Z' })).toString('base64')
  const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
  const signingKey = ['20151229', 'us-east-1', 's3', 'aws4_request'].reduce<Buffer>(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    Buffer.from(`AWS4${secretAccessKey}`),
  )
  const signature = createHmac('sha256', signingKey).update(policy).digest('hex')
  const options = {
    now: new Date(),
    keys: new SigningKeyCache(),
    findCredential: () => ({ secretAccessKey, account: 'main' }),
  }
  const claim = { scope, signature, sessionToken: undefined }
  expect((await checkSignature(claim, [new TextToSign(policy)], options)).credential.account).toBe('main')
  await expect(async () =>
    checkSignature(claim, [new TextToSign(`${policy}=`)], options),
  ).rejects.toMatchObject({
    code: 'SignatureDoesNotMatch',
    fields: { StringToSign: `${policy}=` },
  })
})
