import { READS_DIRECTORY } from '../../../access/access-rule.ts'
import type { Content } from '../../../metadata/tables/rows.ts'
import { countRead, isAnalyzed } from '../../shared/analyzing/count-traffic.ts'
import { assertReplaced } from '../../shared/content/open-content.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { assertCustomerKey } from '../../shared/sealing/open-encryption.ts'
import { refuseEncryptionHeader } from '../../shared/sealing/refuse-encryption-header.ts'
import { findObject } from '../../shared/version-rows/find-version.ts'
import { assertRestored } from '../../shared/storage-tiers/archived.ts'
import { assertConditions, describeObject, refuseAnonymousOverrides } from './object-headers.ts'
import { selectBytes } from './object-range.ts'
import { openBody } from './open-body.ts'

export const GetObject = defineOperation('GetObject', {
  access: {
    action: 's3:GetObject',
    versionedAction: 's3:GetObjectVersion',
    on: 'object',
    acl: { on: 'object', grant: 'READ' },
    directory: READS_DIRECTORY,
  },
  async handle(input, context) {
    const { service, principal, head } = context
    refuseAnonymousOverrides(principal, input)
    refuseEncryptionHeader(context)
    const bucket = bucketOf(context)
    const accessTarget = { bucketName: input.Bucket, bucket, key: input.Key, versionId: input.VersionId }
    let lost: Content | undefined
    // An object that is replaced between its row and its bytes is looked up anew.
    for (;;) {
      const found = findObject(service.stores, bucket, input.Key, input.VersionId)
      const row = found instanceof Promise ? await found : found
      assertReplaced(lost, row.content)
      // First, as HeadObject does: without the key nothing is told of the object.
      assertCustomerKey(context, row.encryption, input)
      assertConditions(input, row, service.clock.now())
      assertRestored(service, row)
      const selecting = selectBytes(service.stores, row, input, head.headers['if-range'])
      const selection = selecting instanceof Promise ? await selecting : selecting
      // First, for it may fail, and nobody would let go of bytes that were opened before.
      const describing = describeObject(context, input, accessTarget, row, selection)
      const described = describing instanceof Promise ? await describing : describing
      const opening = openBody(context, input, accessTarget, row, selection.range)
      const body = opening instanceof Promise ? await opening : opening
      lost = row.content
      if (!body) continue
      service.accesses.note(accessTarget, row)
      if (!isAnalyzed(bucket)) return { ...described, Body: body }
      const { start, end } = selection.range
      return { ...described, Body: await countRead(service, accessTarget, row, body, end - start) }
    }
  },
})
