import { S3Error } from '../../../model/s3-error.ts'
import type { NotificationConfiguration } from '../../../model/types.gen.ts'
import { DeliveryFailure, EVENT_BRIDGE } from '../../shared/announcing/event-sender.ts'
import type { RuleElement } from '../../shared/announcing/notification-rules.ts'
import { bucketOf, type OperationContext } from '../../shared/service/operation.ts'

/** What S3 says of a destination that it does not find. */
const NAMES = { Topic: 'topic', Queue: 'queue', CloudFunction: 'function' } as const

/**
 * Refuses destinations that are not there, and those that do not take a test message. A put is atomic: one failure fails
 * all of it. Source: S3 API Reference, PutBucketNotificationConfiguration: topics and queues are sent a test message,
 * functions are not.
 */
export async function checkDestinations(
  context: OperationContext,
  bucketName: string,
  elements: readonly RuleElement[],
): Promise<void> {
  const byArn = new Map(elements.map((element) => [element.arn, element]))
  const message = testMessage(context, bucketName)
  const reasons = await Promise.all(
    [...byArn.values()].map(async (element) => ({
      arn: element.arn,
      reason: await reasonAgainst(context, bucketName, element, message),
    })),
  )
  const refused = reasons.filter(({ reason }) => reason !== undefined)
  if (refused.length > 0) throw unvalidated(refused)
}

/** EventBridge is never validated on S3, but where the operator has none, events would go nowhere. */
export function assertEventBridge(
  context: OperationContext,
  { EventBridgeConfiguration }: NotificationConfiguration,
): void {
  if (!EventBridgeConfiguration) return
  const { names, admits } = context.service.eventDestinations
  if (names.has(EVENT_BRIDGE) && admits(EVENT_BRIDGE, bucketOf(context).ownerAccountId)) return
  throw unvalidated([{ arn: 'EventBridge', reason: 'This server has no EventBridge for this bucket' }])
}

async function reasonAgainst(
  context: OperationContext,
  bucket: string,
  { kind, arn }: RuleElement,
  message: string,
): Promise<string | undefined> {
  const { service, signal, facts } = context
  const { names, sender, admits, testFailed } = service.eventDestinations
  const { ownerAccountId } = bucketOf(context)
  // Source: S3 User Guide, "Supported event destinations".
  if (arn.endsWith('.fifo')) return `FIFO ${NAMES[kind]}s are not supported`
  if (!names.has(arn)) return `The destination ${NAMES[kind]} does not exist`
  if (!admits(arn, ownerAccountId)) {
    return `Permissions on the destination ${NAMES[kind]} do not allow S3 to publish notifications from this bucket`
  }
  if (kind === 'CloudFunction') return undefined
  try {
    await sender.send(arn, message, signal)
    return undefined
  } catch (error) {
    if (!(error instanceof DeliveryFailure)) throw error
    testFailed({ requestId: facts.requestId, bucket, destination: arn, reason: error.message })
    return `The destination ${NAMES[kind]} did not take the test message`
  }
}

/** Source: S3 User Guide, "Event message structure", the test message. */
function testMessage({ service, facts }: OperationContext, bucketName: string): string {
  return JSON.stringify({
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: service.clock.now().toISOString(),
    Bucket: bucketName,
    RequestId: facts.requestId,
    HostId: facts.hostId,
  })
}

function unvalidated(
  refused: readonly { readonly arn: string; readonly reason: string | undefined }[],
): S3Error {
  const fields: Record<string, string> = {}
  for (const [index, { arn, reason = '' }] of refused.entries()) {
    fields[`ArgumentName${index + 1}`] = arn
    fields[`ArgumentValue${index + 1}`] = reason
  }
  const message = 'Unable to validate the following destination configurations'
  return new S3Error('InvalidArgument', fields, { message })
}
