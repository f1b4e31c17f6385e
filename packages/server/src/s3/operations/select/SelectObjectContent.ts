import { accountOf } from '../../../access/principal.ts'
import type { Content, ObjectRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { OperationInputs } from '../../../model/types.gen.ts'
import type { ObjectSource } from '../../../select/records/formats.ts'
import { type HeldContent, holdContent } from '../../shared/content/hold-content.ts'
import { assertReplaced } from '../../shared/content/open-content.ts'
import { refuseEncryptionHeader } from '../../shared/sealing/refuse-encryption-header.ts'
import { openEncryption } from '../../shared/sealing/open-encryption.ts'
import { bucketOf, defineOperation, type OperationContext } from '../../shared/service/operation.ts'
import { archiveOf } from '../../shared/object/archive-of.ts'
import { findObject } from '../../shared/version-rows/find-version.ts'
import { keptAlive } from './keep-alive.ts'
import { inputFormatOf, outputFormatOf } from './select-formats.ts'
import { scanRangeOf } from './select-range.ts'

type Input = OperationInputs['SelectObjectContent']

export const SelectObjectContent = defineOperation('SelectObjectContent', {
  access: { action: 's3:GetObject', on: 'object', acl: { on: 'object', grant: 'READ' } },
  async handle(input, context) {
    const { service, head } = context
    // Source: S3 API Reference, SelectObjectContent: "Amazon S3 Select does not support anonymous access".
    const account = accountOf(context.principal)
    if (!account) throw new S3Error('AccessDenied')
    if (head.headers['range'] !== undefined) throw new S3Error('UnsupportedRangeHeader')
    refuseEncryptionHeader(context)
    const expression = given('Expression', input.Expression)
    if (given('ExpressionType', input.ExpressionType).toUpperCase() !== 'SQL') {
      throw new S3Error('InvalidExpressionType')
    }
    const [format, output] = [
      inputFormatOf(given('InputSerialization', input.InputSerialization)),
      outputFormatOf(given('OutputSerialization', input.OutputSerialization)),
    ]
    const { row, held } = await holdObject(input, context)
    const answer = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      using bytes = held
      const source: ObjectSource = {
        sizeBytes: row.sizeBytes,
        read: (start, end) => bytes.read({ start, end }),
      }
      const request = {
        expression,
        input: format,
        output,
        scanRange: scanRangeOf(input.ScanRange, row.sizeBytes),
        reportsProgress: input.RequestProgress?.Enabled ?? false,
        nowMilliseconds: service.clock.now().getTime(),
      }
      yield* service.queries.run(request, source, { accountId: account.id, signal: context.signal })
    }
    return { Payload: await keptAlive(answer(), service.clock, (error) => context.errorOf(error)) }
  },
})

/** S3 tells what is not there (aws-sdk-java issue 1609). */
function given<Value>(name: string, value: Value | undefined): Value {
  if (value !== undefined && value !== '') return value
  const message = `${name} is required. Check the service documentation and try again.`
  throw new S3Error('MissingRequiredParameter', {}, { message })
}

interface HeldObject {
  readonly row: ObjectRow
  readonly held: HeldContent
}

/** The object as it is now, its bytes held. One that is replaced between its row and its bytes is looked up anew. */
async function holdObject(input: Input, context: OperationContext): Promise<HeldObject> {
  const { service } = context
  const bucket = bucketOf(context)
  const target = { bucketName: input.Bucket, bucket, key: input.Key, versionId: undefined }
  let lost: Content | undefined
  for (;;) {
    const row = await findObject(service.stores, bucket, input.Key, undefined)
    assertReplaced(lost, row.content)
    assertSelectable(row)
    const opener = await openEncryption(context, row.encryption, input, target)
    const { content, sizeBytes } = row
    const held = await holdContent(service, { content, sizeBytes, opener }, context)
    lost = content
    if (!held) continue
    service.accesses.note(target, row)
    return { row, held }
  }
}

/**
 * Source: S3 User Guide, "Requirements and limits": neither what is archived, restored or not, nor REDUCED_REDUNDANCY. The error's
 * own list leaves out newer classes that are read at once.
 */
function assertSelectable(row: ObjectRow): void {
  if (archiveOf(row) || row.storageClass === 'REDUCED_REDUNDANCY') {
    throw new S3Error('UnsupportedStorageClass')
  }
}
