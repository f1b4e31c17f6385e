import { READS_DIRECTORY } from '../../../access/access-rule.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { assertCustomerKey, assertMayDecrypt } from '../../shared/sealing/open-encryption.ts'
import { refuseEncryptionHeader } from '../../shared/sealing/refuse-encryption-header.ts'
import { findObject } from '../../shared/version-rows/find-version.ts'
import { assertConditions, describeObject, refuseAnonymousOverrides } from './object-headers.ts'
import { selectBytes } from './object-range.ts'

export const HeadObject = defineOperation('HeadObject', {
  access: {
    action: 's3:GetObject',
    versionedAction: 's3:GetObjectVersion',
    on: 'object',
    acl: { on: 'object', grant: 'READ' },
    directory: READS_DIRECTORY,
  },
  async handle(input, context) {
    const { head, service, principal } = context
    refuseAnonymousOverrides(principal, input)
    refuseEncryptionHeader(context)
    const bucket = bucketOf(context)
    const accessTarget = { bucketName: input.Bucket, bucket, key: input.Key, versionId: input.VersionId }
    const found = findObject(service.stores, bucket, input.Key, input.VersionId)
    const row = found instanceof Promise ? await found : found
    assertCustomerKey(context, row.encryption, input)
    assertConditions(input, row, service.clock.now())
    const selecting = selectBytes(service.stores, row, input, head.headers['if-range'])
    const selection = selecting instanceof Promise ? await selecting : selecting
    // Source: S3 API Reference, HeadObject, x-amz-checksum-mode: "you must have permission to use the kms:Decrypt action".
    if (input.ChecksumMode === 'ENABLED' && selection.checksum) {
      await assertMayDecrypt(context, row.encryption, accessTarget)
    }
    return describeObject(context, input, accessTarget, row, selection)
  },
})
