import type { BucketRow } from '../../../metadata/tables/rows.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import type { NotificationConfiguration, NotificationConfigurationFilter } from '../../../model/types.gen.ts'
import { readParsedIn } from '../bucket/bucket-documents.ts'
import type { DocumentCache } from '../service/document-cache.ts'
import { type EventName, eventTypesOf } from './event-names.ts'

/** A configuration for one destination, whatever its kind. */
export interface NotificationRule {
  readonly id: string
  /** The ARN. */
  readonly destination: string
  /** Without wildcards. */
  readonly eventTypes: ReadonlySet<string>
  readonly prefix: string
  readonly suffix: string
}

export interface NotificationRules {
  readonly rules: readonly NotificationRule[]
  readonly usesEventBridge: boolean
}

/** One element of a configuration, in the words that all kinds of them share. */
export interface RuleElement {
  readonly kind: 'Topic' | 'Queue' | 'CloudFunction'
  readonly arn: string
  readonly Id?: string | undefined
  readonly Events: readonly string[]
  readonly Filter?: NotificationConfigurationFilter | undefined
}

export function elementsOf(configuration: NotificationConfiguration): RuleElement[] {
  const { TopicConfigurations, QueueConfigurations, LambdaFunctionConfigurations } = configuration
  return [
    ...(TopicConfigurations ?? []).map((item) => ({ ...item, kind: 'Topic' as const, arn: item.TopicArn })),
    ...(QueueConfigurations ?? []).map((item) => ({ ...item, kind: 'Queue' as const, arn: item.QueueArn })),
    ...(LambdaFunctionConfigurations ?? []).map((item) => ({
      ...item,
      kind: 'CloudFunction' as const,
      arn: item.LambdaFunctionArn,
    })),
  ]
}

/** A configuration that was checked, ready to be applied. */
export function ruleOf({ Id, arn, Events, Filter }: RuleElement): NotificationRule {
  return {
    id: Id ?? '',
    destination: arn,
    eventTypes: new Set(Events.flatMap((element) => eventTypesOf(element) ?? [])),
    prefix: filterValue(Filter, 'prefix'),
    suffix: filterValue(Filter, 'suffix'),
  }
}

function filterValue(filter: NotificationConfigurationFilter | undefined, name: string): string {
  const rule = filter?.Key?.FilterRules?.find(({ Name }) => Name?.toLowerCase() === name)
  return decoded(rule?.Value ?? '')
}

/**
 * Source: S3 User Guide, "Configuring event notifications using object key name filtering": a space is written as +, other
 * special characters percent-encoded. What is not encoded as it should be means itself.
 */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '))
  } catch {
    return value
  }
}

export function parseNotification(text: string): NotificationConfiguration {
  return JSON.parse(text) as NotificationConfiguration
}

function rulesOf(configuration: NotificationConfiguration): NotificationRules {
  return {
    rules: elementsOf(configuration).map(ruleOf),
    usesEventBridge: configuration.EventBridgeConfiguration !== undefined,
  }
}

/** Whether what happens in a bucket may have to be told. Costs nothing, so that other buckets pay nothing. */
export function isNotified({ documents }: BucketRow): boolean {
  return documents?.notification !== undefined
}

/** The rules of a bucket as a transaction read it; each version of them is parsed once. */
export async function readNotificationRules(
  transaction: Transaction,
  documents: DocumentCache,
  bucket: BucketRow,
): Promise<NotificationRules | undefined> {
  return readParsedIn(transaction, documents, bucket, 'notification', (text) =>
    rulesOf(parseNotification(text)),
  )
}

export function matchesRule(rule: NotificationRule, name: EventName, key: string): boolean {
  const { eventTypes, prefix, suffix } = rule
  return eventTypes.has(`s3:${name}`) && key.startsWith(prefix) && key.endsWith(suffix)
}
