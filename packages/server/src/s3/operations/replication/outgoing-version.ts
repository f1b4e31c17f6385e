import { putOf, readRow } from '../../../metadata/transaction.ts'
import type { ListedPart, ObjectRow } from '../../../metadata/tables/rows.ts'
import { replicaUploads } from '../../../metadata/tables/replication-tables.ts'
import { partLists } from '../../../metadata/tables/tables.ts'
import { readableRows } from '../../../metadata/unreadable-rows.ts'
import { ContentGone } from '../../shared/content/share-content.ts'
import { withCopySource } from '../../shared/new-object/find-copy-source.ts'
import { isObject } from '../../shared/object/version-order.ts'
import { remoteQueue } from '../../shared/replicating/replication-queues.ts'
import type { ReplicationRule } from '../../shared/replicating/replication-rules.ts'
import { openEncryption } from '../../shared/sealing/open-encryption.ts'
import type { OperationContext } from '../../shared/service/operation.ts'
import type { OutgoingVersion } from './remote-bucket.ts'
import { because } from './replica-content.ts'
import { ReplicationFailure } from './replication-failure.ts'
import type { ReplicatedVersion } from './replicated-version.ts'

/** A version as a bucket elsewhere is sent it, its bytes opened on behalf of the role of `context`. */
export function outgoingVersion(
  context: OperationContext,
  rule: ReplicationRule,
  source: ReplicatedVersion,
): OutgoingVersion {
  const { service } = context
  const { metadata } = service.stores
  const { key, row, bucket } = source
  const place = [remoteQueue(rule.destination), bucket.id, key, row.order] as const
  return {
    key,
    row,
    rule,
    knownAs: isObject(row) ? row.elsewhere?.[rule.destination] : undefined,
    withBytes: async (start, end, use) => {
      const opener = await openerOf(context, source)
      const copied = { target: source, row: objectOf(source), opener, version: {} }
      const used = await withCopySource(copied, { start, end }, context, async ({ bytes }) => ({
        result: await use(bytes),
      }))
      if (!used) throw new ContentGone('the version was deleted')
      return used.result
    },
    parts: () => partsOf(context, objectOf(source)),
    upload: async () => (await readRow(metadata, replicaUploads, ...place))?.uploadId,
    remember: async (uploadId) => {
      const change =
        uploadId === undefined
          ? { put: [], remove: [replicaUploads.key(...place)] }
          : { put: [putOf(metadata, replicaUploads, place, { uploadId })], remove: [] }
      await metadata.commit({ expect: [], ...change })
    },
  }
}

function objectOf({ row }: ReplicatedVersion): ObjectRow & { readonly order: string } {
  if (isObject(row)) return row
  throw new TypeError('a delete marker has no bytes')
}

async function openerOf(context: OperationContext, source: ReplicatedVersion) {
  const { encryption } = objectOf(source)
  // Nobody but the client has the key that opens it.
  if (encryption?.kind === 'customer') throw new ReplicationFailure('SrcObjectNotEligible')
  return because('SrcGetObjectNotPermitted', async () => openEncryption(context, encryption, {}, source))
}

/** A copy of an upload in parts has none of its own: its ETag is that of its bytes. */
async function partsOf(
  { service: { stores } }: OperationContext,
  { content }: ObjectRow,
): Promise<readonly ListedPart[] | undefined> {
  if (content.kind !== 'parts' || content.partCount === undefined) return undefined
  const parts: ListedPart[] = []
  for await (const { row } of readableRows(stores.metadata, partLists, partLists.range(content.id)))
    parts.push(...row.parts)
  if (parts.length !== content.partCount) throw new ContentGone('the version was deleted')
  return parts
}
