import { hostOf, servernameOf } from '../http/broker-address.ts'
import { unreached } from '../http/webhook-sender.ts'
import { DeliveryFailure } from '../s3/shared/announcing/event-sender.ts'
import type { BrokerConnection } from './broker-sender.ts'
import { loadClient } from './load-client.ts'

export interface RedisOptions {
  readonly address: string
  readonly database: number | undefined
  readonly user: string | undefined
  readonly password: string | undefined
  readonly tls: { readonly certificateAuthority: string | undefined } | undefined
  /** What adds a message, which comes as its last word. */
  readonly command: readonly string[]
}

const CONNECT_MILLISECONDS = 5000

export async function connectToRedis(options: RedisOptions, signal: AbortSignal): Promise<BrokerConnection> {
  const { database = 0, user, password, command } = options
  const { createClient, ErrorReply } = await loadClient('@redis/client', () => import('@redis/client'))
  const failureOf = (error: unknown): DeliveryFailure =>
    error instanceof ErrorReply ? answered(error.message) : unreached(error)
  const client = createClient({
    database,
    ...(password !== undefined && { password }),
    ...(user !== undefined && { username: user }),
    socket: socketOf(options, signal),
    // What Redis knows since its first version: AUTH and SELECT, no HELLO.
    RESP: 2,
    maintNotifications: 'disabled',
    disableClientInfo: true,
    disableOfflineQueue: true,
  })
  const { promise: closed, resolve } = Promise.withResolvers<void>()
  client.on('error', () => resolve()).on('end', () => resolve())
  signal.addEventListener('abort', () => client.destroy(), { once: true })
  try {
    await client.connect()
  } catch (error) {
    throw failureOf(error)
  }
  return {
    closed,
    send: async (message) => {
      try {
        await client.sendCommand([...command, message])
      } catch (error) {
        throw failureOf(error)
      }
    },
  }
}

/** The client passes all of it on to Node, the signal too, which ends an attempt to connect. */
function socketOf({ address, tls }: RedisOptions, signal: AbortSignal) {
  const { host, port } = hostOf(address)
  const socket = {
    host,
    port,
    signal,
    connectTimeout: CONNECT_MILLISECONDS,
    reconnectStrategy: false,
  } as const
  if (!tls) return socket
  const { certificateAuthority: ca } = tls
  return {
    ...socket,
    tls: true as const,
    ...servernameOf(host),
    ...(ca !== undefined && { ca }),
  }
}

/** The first word is a code: OOM, READONLY, NOAUTH, WRONGTYPE. What follows may name keys. No message is to blame. */
function answered(text: string): DeliveryFailure {
  const code = /^[A-Z][A-Z0-9]{0,31}(?= |$)/.exec(text)?.[0] ?? 'an error'
  return new DeliveryFailure('unavailable', `it answered ${code}`)
}
