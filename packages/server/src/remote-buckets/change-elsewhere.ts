import { hash } from 'node:crypto'
import type { RetentionRow } from '../metadata/tables/object-lock-rows.ts'
import type { ObjectRow } from '../metadata/tables/rows.ts'
import type { OutgoingVersion } from '../s3/operations/replication/remote-bucket.ts'
import { ReplicationFailure } from '../s3/operations/replication/replication-failure.ts'
import { isLocked } from '../s3/shared/object/object-lock-rules.ts'
import { shownRetention } from '../s3/shared/object/shown-retention.ts'
import { cannedAcl } from './replica-headers.ts'
import type { AskRemote } from './remote-request.ts'

/**
 * Brings tags, ACL and lock of a version that a store which is no Holdfast has to what they are here, by the operations of S3;
 * resolves to its id there. Throws DstVersionNotFound where nobody noted it.
 */
export async function changeElsewhere(
  { key, knownAs: versionId, rule }: OutgoingVersion,
  row: ObjectRow,
  ask: AskRemote,
  now: Date,
): Promise<string> {
  if (versionId === undefined) throw new ReplicationFailure('DstVersionNotFound')
  const put = async (doing: 'tags' | 'object', name: string, document: string): Promise<void> => {
    const body = Buffer.from(document)
    const headers = { 'content-md5': hash('md5', body, 'base64'), 'content-type': 'application/xml' }
    await ask({ doing, method: 'PUT', key, query: { [name]: '', versionId }, headers, body })
  }
  const tags = (row.tags ?? []).map(
    ([name, value]) => `<Tag><Key>${escaped(name)}</Key><Value>${escaped(value)}</Value></Tag>`,
  )
  await put('tags', 'tagging', `<Tagging><TagSet>${tags.join('')}</TagSet></Tagging>`)
  if (row.acl && !rule.givesToBucketOwner) {
    const headers = { 'x-amz-acl': 'private', ...cannedAcl(row, rule) }
    await ask({ doing: 'acl', method: 'PUT', key, query: { acl: '', versionId }, headers })
  }
  const { retention, legalHold } = row
  if (retention && isLocked({ retention }, now))
    await put('object', 'retention', retentionDocument(retention, now))
  if (legalHold !== undefined)
    await put('object', 'legal-hold', `<LegalHold><Status>${legalHold ? 'ON' : 'OFF'}</Status></LegalHold>`)
  return versionId
}

/** An event hold that is on goes along; else the date alone, which releases one there. */
function retentionDocument(retention: RetentionRow, now: Date): string {
  const { mode, until, eventHold, period } = shownRetention(retention, now)
  const [unit, length] = Object.entries(period ?? {}).find(([, value]) => value !== undefined) ?? []
  const held = period && `<EventHoldDuration><${unit}>${length}</${unit}></EventHoldDuration>`
  const hold = eventHold === undefined ? '' : `<EventHold>${eventHold}</EventHold>${held ?? ''}`
  const date = `<RetainUntilDate>${until.toISOString()}</RetainUntilDate>`
  return `<Retention><Mode>${mode}</Mode>${date}${hold}</Retention>`
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ESCAPES[character] ?? character)
}
