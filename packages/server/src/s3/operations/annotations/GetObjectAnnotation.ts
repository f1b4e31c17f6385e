import { annotations } from '../../../metadata/tables/annotation-tables.ts'
import type { Content } from '../../../metadata/tables/rows.ts'
import { readRow } from '../../../metadata/transaction.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { checkAnnotationName, GET_OBJECT_ANNOTATION } from '../../shared/annotating/annotation-rules.ts'
import { assertReplaced, openContent } from '../../shared/content/open-content.ts'
import { checksumMembers, quoted } from '../../shared/object/describe.ts'
import { encryptionMembers } from '../../shared/sealing/encryption-members.ts'
import { openEncryption } from '../../shared/sealing/open-encryption.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { findObject } from '../../shared/version-rows/find-version.ts'
import { objectVersionId } from './object-version-id.ts'

export const GetObjectAnnotation = defineOperation('GetObjectAnnotation', {
  access: GET_OBJECT_ANNOTATION,
  async handle(input, context) {
    const { stores } = context.service
    const { Bucket, Key, AnnotationName: name } = input
    checkAnnotationName(name)
    const bucket = bucketOf(context)
    let lost: Content | undefined
    // One that is replaced between its row and its bytes is looked up anew.
    for (;;) {
      const row = await findObject(stores, bucket, Key, input.VersionId)
      const { annotations: id } = row
      const found =
        id === undefined ? undefined : await readRow(stores.metadata, annotations, bucket.id, id, name)
      if (!found) throw new S3Error('NoSuchAnnotation')
      const { content, sizeBytes, encryption } = found
      assertReplaced(lost, content)
      lost = content
      const opener = await openEncryption(context, encryption, {}, { bucketName: Bucket, key: Key })
      const range = { start: 0, end: sizeBytes }
      const body = await openContent(context.service, { content, sizeBytes, opener }, range, context)
      if (!body) continue
      const { ServerSideEncryption } = encryptionMembers(encryption, {})
      return {
        AnnotationPayload: body,
        ContentLength: sizeBytes,
        ETag: quoted(found.etag),
        LastModified: new Date(found.modifiedMilliseconds),
        ...(input.ChecksumMode === 'ENABLED' && checksumMembers(found.checksum)),
        ServerSideEncryption,
        ReplicationStatus: found.replication,
        ...objectVersionId(bucket, row),
      }
    }
  },
})
