import type { Functions } from './functions.ts'

/** How the destination of all EventBridge events is called, beside the ARNs of the others. */
export const EVENT_BRIDGE = 'eventbridge'

/** Brings messages to destinations. */
export interface EventSender {
  /** Resolves when the destination has taken the message; rejects with {@link DeliveryFailure} where it did not. */
  send(destination: string, message: string, signal: AbortSignal): Promise<void>
}

/** A message that was not taken. The text names no URL and no secret. */
export class DeliveryFailure extends Error {
  override readonly name = 'DeliveryFailure'
  /** `refused`: this message, by an answer; others may be taken. `unavailable`: the destination, for now. */
  readonly kind: 'refused' | 'unavailable'

  constructor(kind: DeliveryFailure['kind'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}

/** What S3 knows of the destinations that the operator configured. */
export interface EventDestinations {
  /** ARNs, and {@link EVENT_BRIDGE} where there is one. */
  readonly names: ReadonlySet<string>
  /** Whether buckets of an account may use a destination. One that is not there admits all: it may come yet. */
  readonly admits: (destination: string, accountId: string) => boolean
  readonly sender: EventSender
  readonly functions: Functions
  /** Tells the worker of a destination that a commit left it something to deliver. */
  readonly eventAdded: (destination: string) => void
  /** Tells the operator; whoever configured the bucket learns that the message was not taken, and not why. */
  readonly testFailed: (test: FailedTest) => void
}

/** The test message of a notification configuration, which a destination did not take. */
export interface FailedTest {
  readonly requestId: string
  readonly bucket: string
  readonly destination: string
  readonly reason: string
}

const NONE = new DeliveryFailure('unavailable', 'there are no destinations')

/** Where nothing is told: for tools that only look into a store. */
export const noDestinations: EventDestinations = {
  names: new Set(),
  admits: () => false,
  sender: { send: () => Promise.reject(NONE) },
  functions: { find: () => undefined, invoke: () => Promise.reject(NONE) },
  eventAdded: () => {},
  testFailed: () => {},
}
