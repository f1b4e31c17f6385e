import assert from 'node:assert/strict'
import { operationNames } from '../../../packages/server/src/model/operation-names.gen.ts'
import { S3Error } from '../../../packages/server/src/model/s3-error.ts'
import type { OperationName } from '../../../packages/server/src/model/types.gen.ts'
import { decodeInput } from '../../../packages/server/src/protocol/decode.ts'
import { inputCodec } from '../../../packages/server/src/protocol/input-codec.ts'
import { type FuzzTarget, outcomeOf } from '../fuzz-target.ts'

const operationsByRoot = Map.groupBy(
  operationNames.filter((name) => inputCodec(name).body?.kind === 'xml'),
  rootOf,
)

/** The documents of all operations that take one, told apart by their root element. */
export const documents: FuzzTarget = {
  seeds: [
    '<CompleteMultipartUpload><Part><ETag>"e"</ETag><PartNumber>1</PartNumber></Part></CompleteMultipartUpload>',
    '<Delete><Quiet>true</Quiet><Object><Key>k</Key><VersionId>v</VersionId></Object></Delete>',
    '<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>',
    '<LifecycleConfiguration><Rule><ID>i</ID><Filter><And><Prefix>p</Prefix><ObjectSizeGreaterThan>5</ObjectSizeGreaterThan></And></Filter><Status>Enabled</Status><Expiration><Date>2026-01-01T00:00:00Z</Date></Expiration></Rule></LifecycleConfiguration>',
    '<AccessControlPolicy><Owner><ID>o</ID></Owner><AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>i</ID></Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>',
    '<CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin><MaxAgeSeconds>5</MaxAgeSeconds></CORSRule></CORSConfiguration>',
    '<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2027-01-01T00:00:00.000Z</RetainUntilDate></Retention>',
    '<VersioningConfiguration><Status>Enabled</Status><MfaDelete>Disabled</MfaDelete></VersioningConfiguration>',
  ],
  words: [...operationsByRoot.keys()].flatMap((root) => [`<${root}>`, `</${root}>`]),
  run(bytes) {
    const root = /<([A-Za-z]+)/.exec(bytes.toString('latin1'))?.[1] ?? ''
    for (const operation of operationsByRoot.get(root) ?? []) {
      const { value } = outcomeOf(() => read(operation, bytes), isS3Error)
      if (value) assert.equal(Object.getPrototypeOf(value), Object.prototype)
    }
  },
}

function read(operation: OperationName, bytes: Buffer): object {
  const query = new Map([...inputCodec(operation).query.keys()].map((name) => [name, '1']))
  const head = { method: 'POST', path: '/b/k', query: '', headers: {} }
  return decodeInput(operation, { operation, bucket: 'b', key: 'k', query }, head, bytes)
}

function rootOf(operation: OperationName): string {
  const { body } = inputCodec(operation)
  return body?.kind === 'xml' ? body.root : ''
}

function isS3Error(error: Error): boolean {
  return error instanceof S3Error && error.status < 500
}
