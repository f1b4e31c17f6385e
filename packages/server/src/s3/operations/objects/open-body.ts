import type { ByteRange } from '../../../blobs/blob-store.ts'
import type { Soon } from '../../../base/soon.ts'
import type { ObjectRow } from '../../../metadata/tables/rows.ts'
import { openContent } from '../../shared/content/open-content.ts'
import { OpenedBodies } from '../../shared/content/opened-bodies.ts'
import type { CustomerKeyInput } from '../../shared/sealing/customer-key-input.ts'
import type { KeyTarget } from '../../shared/sealing/key-context.ts'
import { assertCustomerKey, openEncryption } from '../../shared/sealing/open-encryption.ts'
import type { OperationContext } from '../../shared/service/operation.ts'

const openedBodies = new OpenedBodies()

/** Opens the bytes of an object for this request, as `openEncryption` and `openContent` do, unless they are open already. */
export function openBody(
  context: OperationContext,
  input: CustomerKeyInput,
  target: KeyTarget,
  row: ObjectRow,
  range: ByteRange,
): Soon<Uint8Array | AsyncIterable<Uint8Array> | undefined> {
  const opened = openedBodies.find(row)
  if (!opened) return openAnew(context, input, target, row, range)
  assertCustomerKey(context, row.encryption, input)
  return opened.subarray(range.start, range.end)
}

async function openAnew(
  context: OperationContext,
  input: CustomerKeyInput,
  target: KeyTarget,
  row: ObjectRow,
  range: ByteRange,
): Promise<Uint8Array | AsyncIterable<Uint8Array> | undefined> {
  const { content, sizeBytes, encryption } = row
  const opener = await openEncryption(context, encryption, input, target)
  const body = await openContent(context.service, { content, sizeBytes, opener }, range, context)
  if (body instanceof Uint8Array && body.length === sizeBytes) openedBodies.keep(row, body)
  return body
}
