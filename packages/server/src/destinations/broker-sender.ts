import { unreached } from '../http/webhook-sender.ts'
import { withinDeadline } from '../http/within-deadline.ts'
import { DeliveryFailure, type EventSender } from '../s3/shared/announcing/event-sender.ts'

export interface BrokerConnection {
  /** Resolves when the broker has said that it has the message. */
  send(message: string): Promise<void>
  /** Resolves when nothing can be sent any more. */
  readonly closed: Promise<unknown>
}

/** Makes a connection, which ends, as do attempts at one, as soon as `signal` is aborted: what is under way fails then. */
export type Connect = (signal: AbortSignal) => Promise<BrokerConnection>

interface Connecting {
  readonly connection: Promise<BrokerConnection>
  readonly end: AbortController
}

/** Sends messages over one connection, made when there is a first message, and anew after whatever goes wrong with it. Nothing waits for it to come back. */
export class BrokerSender implements EventSender, Disposable {
  readonly #connect: Connect
  #connecting: Connecting | undefined
  #isOver = false

  constructor(connect: Connect) {
    this.#connect = connect
  }

  async send(_destination: string, message: string, signal: AbortSignal): Promise<void> {
    if (this.#isOver || signal.aborted) throw new DeliveryFailure('unavailable', 'the server ends')
    const connecting = (this.#connecting ??= this.#begin())
    try {
      await withinDeadline(signal, async () => (await connecting.connection).send(message))
    } catch (error) {
      const failure = unreached(error)
      // Whoever gives up waiting takes it from nobody else.
      if (failure.kind === 'unavailable' && !signal.aborted) this.#drop(connecting)
      throw failure
    }
  }

  [Symbol.dispose](): void {
    this.#isOver = true
    if (this.#connecting) this.#drop(this.#connecting)
  }

  #begin(): Connecting {
    const end = new AbortController()
    const connection = this.#connect(end.signal)
    const connecting = { connection, end }
    const drop = (): void => this.#drop(connecting)
    void connection.then(({ closed }) => closed).then(drop, drop)
    return connecting
  }

  #drop(connecting: Connecting): void {
    if (this.#connecting === connecting) this.#connecting = undefined
    connecting.end.abort()
  }
}
