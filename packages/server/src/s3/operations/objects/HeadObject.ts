import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { assertCustomerKey } from '../../shared/sealing/open-encryption.ts'
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
  },
  async handle(input, context) {
    const { head, service, principal } = context
    refuseAnonymousOverrides(principal, input)
    refuseEncryptionHeader(context)
    const bucket = bucketOf(context)
    const accessTarget = { bucketName: input.Bucket, bucket, key: input.Key, versionId: input.VersionId }
    const row = await findObject(service.stores, bucket, input.Key, input.VersionId)
    assertCustomerKey(context, row.encryption, input)
    assertConditions(input, row)
    const selection = await selectBytes(service.stores, row, input, head.headers['if-range'])
    return describeObject(context, input, accessTarget, row, selection)
  },
})
