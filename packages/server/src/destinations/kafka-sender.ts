import { errorCode } from '../base/storage-fault.ts'
import { withinDeadline } from '../http/within-deadline.ts'
import { DeliveryFailure, type EventSender } from '../s3/shared/announcing/event-sender.ts'

/** What is used of a client of Kafka. */
export interface KafkaProducer {
  /** Resolves when all replicas that are in sync have the message. Rejects at once where it is ended. */
  send(key: string | undefined, value: string): Promise<void>
  /** Ends its connections without waiting for anybody. */
  end(): void
}

/** Sends messages to a topic by one producer, which a failure ends; the next message gets another. */
export class KafkaSender implements EventSender, Disposable {
  readonly #connect: () => Promise<KafkaProducer>
  #producer: Promise<KafkaProducer> | undefined

  constructor(connect: () => Promise<KafkaProducer>) {
    this.#connect = connect
  }

  async send(_destination: string, message: string, signal: AbortSignal): Promise<void> {
    const producer = (this.#producer ??= this.#connect())
    try {
      await withinDeadline(signal, async () => (await producer).send(keyOf(message), message))
    } catch (error) {
      const failure = failureOf(error)
      // It would go on trying, and bring this message when a later one of its key may be there. A client that goes away amid a test
      // message, which has no key, takes it from nobody else.
      if (failure.kind === 'unavailable' && !signal.aborted) this.#end(producer)
      throw failure
    }
  }

  [Symbol.dispose](): void {
    if (this.#producer) this.#end(this.#producer)
  }

  #end(producer: Promise<KafkaProducer>): void {
    if (this.#producer === producer) this.#producer = undefined
    producer.then(
      (connected) => connected.end(),
      () => {},
    )
  }
}

interface EventMessage {
  readonly Records?: readonly {
    readonly s3: { readonly bucket: { readonly name: string }; readonly object: { readonly key: string } }
  }[]
}

/** What events of one object have in common, so that one partition has them all. */
function keyOf(message: string): string | undefined {
  const { Records: [record] = [] } = JSON.parse(message) as EventMessage
  return record && `${record.s3.bucket.name}/${record.s3.object.key}`
}

/** What says that a message will never be taken. Source: Apache Kafka, "A guide to the Kafka protocol", Error Codes. */
const REFUSALS = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD'])

/** Names of errors; texts of the client and of brokers name hosts. */
const NAME = /^(?!PLT_)[A-Z][A-Z0-9_/]{1,63}$/

function failureOf(error: unknown): DeliveryFailure {
  if (error instanceof DeliveryFailure) return error
  const errors = allOf(error)
  const answers = errors.map(answerOf).filter((name) => name !== undefined)
  const refusal = answers.find((name) => REFUSALS.has(name))
  if (refusal !== undefined) return new DeliveryFailure('refused', `it answered ${refusal}`)
  const [answer] = answers
  if (answer !== undefined) return new DeliveryFailure('unavailable', `it answered ${answer}`)
  const code = errors.map(errorCode).find((name) => name !== undefined && NAME.test(name))
  const reason = code === undefined ? '' : ` (${code})`
  return new DeliveryFailure('unavailable', `it could not be reached${reason}`)
}

/** An error with all that it is made of. */
function allOf(error: unknown): readonly Error[] {
  if (!(error instanceof Error)) return []
  const parts = error instanceof AggregateError ? error.errors.flatMap(allOf) : []
  return [error, ...parts, ...allOf(error.cause)]
}

function answerOf(error: Error): string | undefined {
  // The client says this one in a sentence.
  if (error.message.startsWith('Unknown topic ')) return 'UNKNOWN_TOPIC_OR_PARTITION'
  return 'apiId' in error && typeof error.apiId === 'string' && NAME.test(error.apiId)
    ? error.apiId
    : undefined
}
