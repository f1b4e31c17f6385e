/** Every request and signature here is an example of the Amazon S3 API Reference on Signature Version 4. */
import { describe, expect, it } from 'vitest'
import type { RequestHead } from '../base/request-head.ts'
import { SigningKeyCache } from './signing-key.ts'
import { type Authentication, verifySignature } from './verify-signature.ts'

const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const keys = new SigningKeyCache()

async function verify(head: RequestHead, now = new Date('2013-05-24T00:00:00Z')): Promise<Authentication> {
  return verifySignature(head, {
    region: 'us-east-1',
    now,
    keys,
    findCredential: () => ({ secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }),
  })
}

function example(
  target: string,
  headers: Record<string, string>,
  signature: string,
  payload = emptyHash,
): RequestHead {
  const [start = '', query = ''] = target.split('?')
  const [method = '', path = ''] = start.split(' ')
  const all: Record<string, string> = {
    host: 'examplebucket.s3.amazonaws.com',
    'x-amz-content-sha256': payload,
    'x-amz-date': '20130524T000000Z',
    ...headers,
  }
  all['authorization'] =
    `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=${Object.keys(all).sort().join(';')},Signature=${signature}`
  return { method, path, query, headers: all }
}

describe('payload in a single chunk', () => {
  it.each([
    [
      'GET object with a range',
      example(
        'GET /test.txt',
        { range: 'bytes=0-9' },
        'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
      ),
    ],
    [
      'PUT object',
      example(
        'PUT /test$file.text',
        { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
        '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
        '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      ),
    ],
    [
      'GET bucket lifecycle',
      example('GET /?lifecycle', {}, 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543'),
    ],
    [
      'list objects',
      example(
        'GET /?prefix=J&max-keys=2',
        {},
        '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
      ),
    ],
  ])('%s', async (_, head) => {
    expect(await verify(head)).toMatchObject({ kind: 'signed', accessKeyId: 'AKIAIOSFODNN7EXAMPLE' })
  })
})

it('presigned GET', async () => {
  const head = {
    method: 'GET',
    path: '/test.txt',
    query:
      'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    headers: { host: 'examplebucket.s3.amazonaws.com' },
  }
  expect(await verify(head, new Date('2013-05-25T00:00:00Z'))).toMatchObject({ kind: 'signed' })
})

describe('payload in multiple chunks', () => {
  const common = {
    host: 's3.amazonaws.com',
    'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    'content-encoding': 'aws-chunked',
    'x-amz-decoded-content-length': '66560',
  }
  const chunks = [Buffer.alloc(65_536, 'a'), Buffer.alloc(1024, 'a'), Buffer.alloc(0)]

  it('chunk signatures', async () => {
    const { payload } = await verify(
      example(
        'PUT /examplebucket/chunkObject.txt',
        { ...common, 'content-length': '66824' },
        '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
        'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      ),
    )
    if (payload.kind !== 'streaming-signed') throw new Error('expected signed chunks')
    const signatures = [
      'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
      '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
      'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
    ]
    for (const [index, signature] of signatures.entries()) {
      const chunk = chunks[index] ?? Buffer.alloc(0)
      payload.verifier.update(chunk.subarray(0, 10))
      payload.verifier.update(chunk.subarray(10))
      expect(payload.verifier.endChunk(signature)).toBeUndefined()
    }
  })

  it('chunk and trailer signatures', async () => {
    const { payload } = await verify(
      example(
        'PUT /examplebucket/chunkObject.txt',
        { ...common, 'x-amz-trailer': 'x-amz-checksum-crc32c' },
        '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
        'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
      ),
    )
    if (payload.kind !== 'streaming-signed') throw new Error('expected signed chunks')
    const signatures = [
      'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
      '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
      '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
    ]
    for (const [index, signature] of signatures.entries()) {
      payload.verifier.update(chunks[index] ?? Buffer.alloc(0))
      expect(payload.verifier.endChunk(signature)).toBeUndefined()
    }
    const trailers = [['x-amz-checksum-crc32c', 'sOO8/Q==']] as const
    const signature = 'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435'
    expect(payload.verifier.endTrailers(trailers, signature)).toBeUndefined()
  })

  it('a wrong chunk says what was expected', async () => {
    const { payload } = await verify(
      example(
        'PUT /examplebucket/chunkObject.txt',
        { ...common, 'content-length': '66824' },
        '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
        'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      ),
    )
    if (payload.kind !== 'streaming-signed') throw new Error('expected signed chunks')
    payload.verifier.update(Buffer.from('b'))
    expect(payload.verifier.endChunk('0'.repeat(64))).toEqual({
      AWSAccessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      StringToSign: `AWS4-HMAC-SHA256-PAYLOAD\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9\n${emptyHash}\n3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d`,
      SignatureProvided: '0'.repeat(64),
      StringToSignBytes: expect.stringMatching(/^41 57 53 34 /) as string,
    })
  })
})
