import { sizeText, timeText } from '../shared/formats.ts'
import { panelTexts } from '../texts/object-panel.ts'

const CHECKSUM = /^x-amz-checksum-(?!type|mode)(.+)$/

/** What S3 says of an object. */
export function ObjectProperties({
  objectKey,
  headers,
}: {
  readonly objectKey: string
  readonly headers: Headers
}) {
  const of = (name: string): string | undefined => headers.get(name) ?? undefined
  const checksums = [...headers].flatMap(([name, value]): Line[] => {
    const algorithm = CHECKSUM.exec(name)?.[1]
    return algorithm === undefined ? [] : [[panelTexts.checksum(algorithm.toUpperCase()), value]]
  })
  const lines: readonly Line[] = [
    [panelTexts.key, objectKey],
    [panelTexts.size, sizeLine(Number(of('content-length') ?? 0))],
    [panelTexts.type, of('content-type')],
    [panelTexts.modified, timeText(new Date(of('last-modified') ?? ''))],
    [panelTexts.version, of('x-amz-version-id')],
    [panelTexts.etag, of('etag')],
    ...checksums,
    [panelTexts.storageClass, of('x-amz-storage-class') ?? 'STANDARD'],
    [panelTexts.encryption, encryptionText(headers)],
    [panelTexts.kmsKey, of('x-amz-server-side-encryption-aws-kms-key-id')],
    [panelTexts.restore, of('x-amz-restore')],
    [panelTexts.expiration, of('x-amz-expiration')],
    [panelTexts.replication, of('x-amz-replication-status')],
  ]
  return (
    <dl class="properties">
      {lines.map(([name, value]) =>
        value === undefined || value === '' ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  )
}

type Line = readonly [name: string, value: string | undefined]

function sizeLine(sizeBytes: number): string {
  return sizeBytes < 1024 ? sizeText(sizeBytes) : `${sizeText(sizeBytes)} (${sizeBytes.toLocaleString()})`
}

function encryptionText(headers: Headers): string {
  if (headers.has('x-amz-server-side-encryption-customer-algorithm')) return panelTexts.customerKey
  const told = headers.get('x-amz-server-side-encryption')
  return told === null ? panelTexts.notEncrypted : (panelTexts.encryptions[told] ?? told)
}
