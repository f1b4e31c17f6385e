import type { NatsConnection, TlsOptions } from '@nats-io/transport-node'
import { hash } from 'node:crypto'
import { firstToSpeak, hostOf } from '../http/broker-address.ts'
import { unreached } from '../http/webhook-sender.ts'
import { ANSWER_MILLISECONDS } from '../http/within-deadline.ts'
import { DeliveryFailure } from '../s3/shared/announcing/event-sender.ts'
import type { BrokerConnection } from './broker-sender.ts'
import { loadClient } from './load-client.ts'

export interface NatsIdentity {
  readonly user?: string
  readonly pass?: string
  readonly token?: string
  /** What a credentials file holds. */
  readonly credentials?: string
}

export interface NatsOptions {
  /** Whose messages they are. */
  readonly destination: string
  readonly servers: readonly string[]
  readonly subject: string
  /** Absent: TLS is spoken only where the server wants it. */
  readonly tls: { readonly certificateAuthority: string | undefined } | undefined
  readonly identity: NatsIdentity
}

/** How long a server may take to let somebody in. */
const CONNECT_MILLISECONDS = 5000

/** To whichever of the servers answers first. */
export async function connectToNats(options: NatsOptions, signal: AbortSignal): Promise<BrokerConnection> {
  const { destination, subject } = options
  const core = await loadClient('@nats-io/transport-node', () => import('@nats-io/transport-node'))
  const { jetstream } = await loadClient('@nats-io/jetstream', () => import('@nats-io/jetstream'))
  // The client would hold on to the socket of a server that takes it and says nothing. NATS speaks first.
  const server = await firstToSpeak(options.servers, signal)
  const { credentials, ...identity } = options.identity
  const connection = await core
    .connect({
      ...identity,
      ...(credentials !== undefined && { authenticator: core.credsAuthenticator(Buffer.from(credentials)) }),
      ...(options.tls && { tls: tlsOf(options.tls, server) }),
      servers: [server],
      name: 'Holdfast',
      timeout: CONNECT_MILLISECONDS,
      reconnect: false,
      ignoreClusterUpdates: true,
      noAsyncTraces: true,
    })
    .catch((error: unknown) => {
      throw failureOf(error)
    })
  endWith(signal, connection)
  const stream = jetstream(connection)
  return {
    closed: connection.closed(),
    send: async (message) => {
      const sent = { msgID: messageId(destination, message), timeout: ANSWER_MILLISECONDS }
      try {
        const ack = await stream.publish(subject, message, sent)
        // Whoever subscribes to the subject can answer, and need not keep anything.
        if (typeof ack.stream !== 'string' || !(ack.seq > 0))
          throw new DeliveryFailure('unavailable', 'what answered is no stream')
      } catch (error) {
        // The one argument that may be wrong.
        if (error instanceof core.InvalidArgumentError)
          throw new DeliveryFailure('refused', 'it is larger than its max_payload')
        throw failureOf(error)
      }
    },
  }
}

/**
 * A stream drops what has the id of a message that it took in its duplicate window. The whole message tells one event from
 * another: by the sequencer, or where its type has none by the request, the time and the key.
 */
function messageId(destination: string, message: string): string {
  return hash('sha256', `${destination}\n${message}`, 'base64url')
}

/** With the host, which else would be taken for `localhost` where it is an address. */
function tlsOf({ certificateAuthority: ca }: NonNullable<NatsOptions['tls']>, server: string): TlsOptions {
  const { host } = hostOf(server)
  const options: TlsOptions & { readonly host: string } = { host, ...(ca !== undefined && { ca }) }
  return options
}

function endWith(signal: AbortSignal, connection: NatsConnection): void {
  const end = (): void => {
    connection.close().catch(() => undefined)
  }
  if (signal.aborted) end()
  else signal.addEventListener('abort', end, { once: true })
}

/** "message size exceeds maximum allowed". Source: nats-server, server/errors.json. */
const MESSAGE_TOO_LARGE = 10054

/** By what the client calls its errors; their texts may be the server's. */
const REASONS: Readonly<Record<string, string>> = {
  JetStreamNotEnabled: 'no stream takes its subject',
  AuthorizationError: 'it does not know the credentials',
  UserAuthenticationExpiredError: 'it does not know the credentials',
  PermissionViolationError: 'its subject is not allowed',
}

function failureOf(error: unknown): DeliveryFailure {
  const { name, code, cause } = partsOf(error)
  if (name === 'JetStreamApiError')
    return new DeliveryFailure(
      code === MESSAGE_TOO_LARGE ? 'refused' : 'unavailable',
      `its stream answered ${Number(code)}`,
    )
  const reason = REASONS[name] ?? REASONS[partsOf(cause).name]
  return reason === undefined ? unreached(cause ?? error) : new DeliveryFailure('unavailable', reason)
}

function partsOf(error: unknown): {
  readonly name: string
  readonly code?: unknown
  readonly cause?: unknown
} {
  return error instanceof Error ? error : { name: '' }
}
