/** Every expected signature is from the Amazon S3 API Reference, "Signature Calculations" and its examples. */
import { describe, expect, it } from 'vitest'
import { awsChunked } from './aws-chunked.ts'
import { objectPath, presignQuery, signHeaders, uriEncode } from './signature-v4.ts'

const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}
const date = new Date('2013-05-24T00:00:00Z')
const host = 'examplebucket.s3.amazonaws.com'
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

describe('signHeaders', () => {
  const cases = [
    {
      name: 'GET with a range',
      request: { method: 'GET', path: '/test.txt', headers: { host, Range: 'bytes=0-9' } },
      payloadHash: emptyHash,
      signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    },
    {
      name: 'PUT of a key with a dollar sign',
      request: {
        method: 'PUT',
        path: '/test%24file.text',
        headers: {
          host,
          date: 'Fri, 24 May 2013 00:00:00 GMT',
          'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        },
      },
      payloadHash: '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    },
    {
      name: 'a query key without a value',
      request: { method: 'GET', path: '/', query: 'lifecycle', headers: { host } },
      payloadHash: emptyHash,
      signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
    },
    {
      name: 'several query parameters',
      request: { method: 'GET', path: '/', query: 'prefix=J&max-keys=2', headers: { host } },
      payloadHash: emptyHash,
      signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    },
  ]
  it.each(cases)('$name', ({ request, payloadHash, signature }) => {
    const { headers } = signHeaders({ ...request, credentials, date }, payloadHash)
    expect(headers['authorization']).toContain(`Signature=${signature}`)
  })
})

describe('presignQuery', () => {
  it('signs a GET for a day', () => {
    const request = { method: 'GET', path: '/test.txt', headers: { host }, credentials, date }
    expect(presignQuery(request, 86_400)).toContain(
      'X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    )
  })
})

describe('awsChunked', () => {
  const chunks = [Buffer.alloc(65_536, 'a'), Buffer.alloc(1024, 'a')]
  const common = {
    host: 's3.amazonaws.com',
    'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    'x-amz-decoded-content-length': '66560',
    'content-encoding': 'aws-chunked',
  }
  const path = '/examplebucket/chunkObject.txt'

  it('signs each chunk after the one before', () => {
    const headers = { ...common, 'content-length': '66824' }
    const { context } = signHeaders(
      { method: 'PUT', path, headers, credentials, date },
      'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    )
    expect(context.signature).toBe('4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9')
    const body = Buffer.concat(awsChunked(chunks, { context }))
    expect(body).toHaveLength(66_824)
    expect(signaturesOf(body)).toEqual([
      'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
      '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
      'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
    ])
  })

  it('signs the trailer', () => {
    const headers = { ...common, 'x-amz-trailer': 'x-amz-checksum-crc32c' }
    const { context } = signHeaders(
      { method: 'PUT', path, headers, credentials, date },
      'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
    )
    expect(context.signature).toBe('106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e')
    const trailer = { 'x-amz-checksum-crc32c': 'sOO8/Q==' }
    const body = Buffer.concat(awsChunked(chunks, { context, trailer }))
    expect(signaturesOf(body)).toEqual([
      'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
      '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
      '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
    ])
    expect(body.toString('latin1')).toContain(
      'x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n',
    )
  })

  it('leaves the signatures out where nothing signs', () => {
    const body = awsChunked([Buffer.from('hello')], { trailer: { 'x-amz-checksum-crc32': 'NhCmhg==' } })
    expect(Buffer.concat(body).toString()).toBe('5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n')
  })
})

describe('uriEncode', () => {
  it('keeps only the unreserved characters', () => {
    expect(uriEncode("aZ0-._~ +%/!'()*é")).toBe('aZ0-._~%20%2B%25%2F%21%27%28%29%2A%C3%A9')
  })
  it('keeps the slashes of a key', () => {
    expect(objectPath('b', '/a//b c/')).toBe('/b//a//b%20c/')
  })
})

function signaturesOf(body: Buffer): string[] {
  return [...body.toString('latin1').matchAll(/chunk-signature=([0-9a-f]{64})/g)].map(([, hex]) => hex ?? '')
}
