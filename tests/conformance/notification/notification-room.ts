import type { StartServerOptions } from 'holdfast'
import {
  DeliveryFailure,
  type EventSender,
} from '../../../packages/server/src/s3/shared/announcing/event-sender.ts'

export const QUEUE = 'arn:aws:sqs:us-east-1:100000000001:queue'
export const OTHER_QUEUE = 'arn:aws:sqs:us-east-1:100000000001:other-queue'
export const TOPIC = 'arn:aws:sns:us-east-1:100000000001:topic'
export const FUNCTION = 'arn:aws:lambda:us-east-1:100000000001:function:resize'
export const BRIDGE = 'eventbridge'

export const NOTIFICATION = { query: 'notification=' }

/** A rule as XML. Its kind follows from the ARN; without events, it is for all that creates objects. */
export interface RuleElements {
  readonly arn?: string
  readonly id?: string
  readonly events?: readonly string[]
  /** Name and value of each filter rule. */
  readonly filter?: readonly (readonly [name: string, value: string])[]
}

const ELEMENTS = { sqs: 'Queue', sns: 'Topic', lambda: 'CloudFunction' } as const

export function ruleXml({
  arn = QUEUE,
  id,
  events = ['s3:ObjectCreated:*'],
  filter,
}: RuleElements = {}): string {
  const service = arn.split(':')[2]
  const kind = ELEMENTS[service === 'sns' || service === 'lambda' ? service : 'sqs']
  const rules = (filter ?? []).map(
    ([name, value]) => `<FilterRule><Name>${name}</Name><Value>${value}</Value></FilterRule>`,
  )
  const inner = [
    id === undefined ? '' : `<Id>${id}</Id>`,
    filter ? `<Filter><S3Key>${rules.join('')}</S3Key></Filter>` : '',
    `<${kind}>${arn}</${kind}>`,
    ...events.map((event) => `<Event>${event}</Event>`),
  ]
  return `<${kind}Configuration>${inner.join('')}</${kind}Configuration>`
}

export function notificationXml(...inner: readonly string[]): string {
  return `<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner.join('')}</NotificationConfiguration>`
}

export const BRIDGE_XML = '<EventBridgeConfiguration></EventBridgeConfiguration>'

/** Destinations that remember what they are sent, and fail as a test wants. */
export class Destinations implements EventSender {
  readonly taken: { readonly destination: string; readonly message: string }[] = []
  readonly attempts: string[] = []
  /** Why a message is not taken. */
  fail: (destination: string, message: string) => DeliveryFailure | undefined = () => undefined

  /** What a destination is busy with before it answers. */
  wait: (destination: string) => Promise<void> | undefined = () => undefined

  async send(destination: string, message: string): Promise<void> {
    this.attempts.push(destination)
    await this.wait(destination)
    const failure = this.fail(destination, message)
    if (failure) throw failure
    this.taken.push({ destination, message })
  }

  /** All messages for a destination since the last time, but for test messages. */
  take(destination: string): Record<string, unknown>[] {
    const found = this.taken.filter((item) => item.destination === destination)
    this.taken.splice(0, Infinity, ...this.taken.filter((item) => item.destination !== destination))
    return found
      .map(({ message }) => JSON.parse(message) as Record<string, unknown>)
      .filter(({ Event }) => Event !== 's3:TestEvent')
  }

  /** The records among them. */
  records(destination: string): EventRecord[] {
    return this.take(destination).flatMap(({ Records }) => Records as EventRecord[])
  }
}

export interface EventRecord {
  readonly eventVersion: string
  readonly eventTime: string
  readonly eventName: string
  readonly userIdentity: { readonly principalId: string }
  readonly requestParameters: { readonly sourceIPAddress: string }
  readonly responseElements: Readonly<Record<string, string>>
  readonly s3: {
    readonly configurationId: string
    readonly object: {
      readonly key: string
      readonly size?: number
      readonly eTag?: string
      readonly versionId?: string
      readonly sequencer?: string
    }
  }
  readonly glacierEventData?: unknown
  readonly lifecycleEventData?: unknown
}

export const unavailable = (): DeliveryFailure => new DeliveryFailure('unavailable', 'it is down')
export const refused = (): DeliveryFailure => new DeliveryFailure('refused', 'it answered 400')

/** A server that has all kinds of destinations. */
export function withDestinations(eventSender: EventSender): StartServerOptions {
  const url = 'http://127.0.0.1:9/'
  const destinations = [QUEUE, OTHER_QUEUE, TOPIC, FUNCTION].map((arn) => ({ arn, url }))
  return { eventSender, notifications: { destinations, eventBridge: { url } } }
}
