import { createHash } from 'node:crypto'
import type { RequestHead } from '../../packages/server/src/base/request-head.ts'
import { decodeInput } from '../../packages/server/src/protocol/decode.ts'
import { encodeOutput } from '../../packages/server/src/protocol/encode.ts'
import { route } from '../../packages/server/src/protocol/route.ts'
import { SigningKeyCache } from '../../packages/server/src/signature/signing-key.ts'
import { verifySignature } from '../../packages/server/src/signature/verify-signature.ts'
import { LOCAL_KEYS } from '../base/endpoint.ts'
import { micro } from '../micro.ts'
import { presigner } from '../base/presign.ts'

const now = new Date()
const options = {
  region: LOCAL_KEYS.region,
  now,
  keys: new SigningKeyCache(),
  findCredential: () => LOCAL_KEYS,
}
const target = presigner('127.0.0.1:9000', LOCAL_KEYS, now)('GET', '/bench/f000001/o000001')
const mark = target.indexOf('?')
const head: RequestHead = {
  method: 'GET',
  path: target.slice(0, mark),
  query: target.slice(mark + 1),
  headers: { host: '127.0.0.1:9000' },
}
const found = route(head, [])
const output = {
  ETag: `"${createHash('md5').digest('hex')}"`,
  LastModified: now,
  ContentLength: 1024,
  ContentType: 'binary/octet-stream',
  AcceptRanges: 'bytes',
  Metadata: {},
}

// The steps of a presigned GET besides its storage.
await micro({
  'route a presigned GET': () => route(head, []),
  'verify a presigned GET': () => verifySignature(head, options),
  'decode a presigned GET': () => decodeInput('GetObject', found, head, undefined),
  'encode the answer to a GET': () => encodeOutput('GetObject', output),
})
