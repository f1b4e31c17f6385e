import { S3Error } from '../../../model/s3-error.ts'
import type { FilterRule } from '../../../model/types.gen.ts'
import { eventTypesOf } from '../../shared/announcing/event-names.ts'
import {
  type NotificationRule,
  type RuleElement,
  ruleOf,
} from '../../shared/announcing/notification-rules.ts'
import { parseArn } from './destination-arn.ts'

/** Source: S3 endpoints and quotas, "Event notifications": 100 a bucket. */
const MOST_CONFIGURATIONS = 100
const MOST_ID_CHARACTERS = 255
/** Source: S3 API Reference, FilterRule. */
const MOST_VALUE_BYTES = 1024

/**
 * Checks a configuration as S3 does, but for whether its destinations are there; throws MalformedXML or InvalidArgument.
 * Source: S3 API Reference, PutBucketNotificationConfiguration, "Errors".
 */
export function checkNotification(elements: readonly RuleElement[], region: string): void {
  if (elements.length > MOST_CONFIGURATIONS) {
    throw invalid(
      `The number of notification configurations exceeds the allowed limit of ${MOST_CONFIGURATIONS}`,
    )
  }
  for (const element of elements) checkElement(element, region)
  const ids = elements.flatMap(({ Id }) => (Id === undefined || Id === '' ? [] : [Id]))
  if (new Set(ids).size < ids.length) {
    throw invalid('Same ID used for multiple configurations. IDs must be unique')
  }
  checkOverlaps(elements.map(ruleOf))
}

function checkElement({ kind, arn, Id, Events, Filter }: RuleElement, region: string): void {
  if (Events.length === 0) throw new S3Error('MalformedXML')
  if (Id !== undefined && Id.length > MOST_ID_CHARACTERS) {
    throw invalid(`ID length should not exceed allowed limit of ${MOST_ID_CHARACTERS}`)
  }
  const parsed = parseArn(arn)
  if (parsed?.kind !== kind) throw invalid('The ARN is not well formed', kind, arn)
  if (parsed.region !== region) {
    const message =
      'The notification destination service region is not valid for the bucket location constraint'
    throw invalid(message, kind, arn)
  }
  for (const event of Events) {
    if (eventTypesOf(event) === undefined) {
      throw invalid('The event is not supported for notifications', 'Event', event)
    }
  }
  checkFilter(Filter?.Key?.FilterRules ?? [])
}

function checkFilter(rules: readonly FilterRule[]): void {
  const names = rules.map(({ Name, Value }) => {
    if (Name === undefined || Value === undefined) throw new S3Error('MalformedXML')
    const name = Name.toLowerCase()
    if (name !== 'prefix' && name !== 'suffix') {
      throw invalid('filter rule name must be either prefix or suffix', 'FilterRule.Name', Name)
    }
    if (Buffer.byteLength(Value) > MOST_VALUE_BYTES) {
      const message = `Size of filter rule value cannot exceed ${MOST_VALUE_BYTES} bytes in UTF-8 representation`
      throw invalid(message, 'FilterRule.Value', Value)
    }
    return name
  })
  const double = names.find((name, index) => names.indexOf(name) < index)
  if (double !== undefined) {
    throw invalid(`Cannot specify more than one ${double} rule in a filter.`, 'FilterRule.Name', double)
  }
}

/**
 * No event of an object may be meant for two destinations. Source: S3 User Guide, "Configuring event notifications using
 * object key name filtering": filters overlap where some key can begin with both prefixes and end with both suffixes.
 */
function checkOverlaps(rules: readonly NotificationRule[]): void {
  for (const [index, rule] of rules.entries()) {
    const other = rules.slice(0, index).find((earlier) => overlap(earlier, rule))
    if (!other) continue
    const isFiltered = [rule, other].some(({ prefix, suffix }) => prefix !== '' || suffix !== '')
    throw invalid(isFiltered ? AMBIGUOUS : OVERLAPPING)
  }
}

const OVERLAPPING =
  'Configurations overlap. Configurations on the same bucket cannot share a common event type.'
const AMBIGUOUS =
  'Configurations overlap. Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.'

function overlap(one: NotificationRule, other: NotificationRule): boolean {
  const sharesPrefix = one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix)
  const sharesSuffix = one.suffix.endsWith(other.suffix) || other.suffix.endsWith(one.suffix)
  return sharesPrefix && sharesSuffix && !one.eventTypes.isDisjointFrom(other.eventTypes)
}

function invalid(message: string, name?: string, value = ''): S3Error {
  const fields: Record<string, string> =
    name === undefined ? {} : { ArgumentName: name, ArgumentValue: value }
  return new S3Error('InvalidArgument', fields, { message })
}
