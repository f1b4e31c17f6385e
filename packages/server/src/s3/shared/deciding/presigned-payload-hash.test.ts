import { expect, it } from 'vitest'
import { presignedPayloadHash } from './presigned-payload-hash.ts'

it.each([
  ['', undefined],
  ['acl', undefined],
  ['AX-Amz-Content-Sha256=1', undefined],
  ['X-Amz-Content-Sha256=UNSIGNED-PAYLOAD', 'UNSIGNED-PAYLOAD'],
  ['a=b&X-Amz-Content-Sha256=%55NSIGNED-PAYLOAD&X-Amz-Content-Sha256=c', 'UNSIGNED-PAYLOAD'],
  ['X-Amz-Content-Sha256=%ff', '%ff'],
])('of %s', (query, hash) => {
  expect(presignedPayloadHash(query)).toBe(hash)
})
