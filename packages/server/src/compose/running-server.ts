import type { Scheduler } from '../background/scheduler.ts'
import { addressText } from '../config/listen-address.ts'
import type { ListenAddress } from '../http/listen.ts'
import type { Draining, Listener } from '../http/listener.ts'
import type { MetricsServer } from '../http/metrics-server.ts'
import type { AccessLog } from '../s3/shared/access-log/access-log.ts'
import type { RunningServer, ServerOptions } from '../server-options.ts'

/** What a server is made of that ends with it. */
export interface ServerParts {
  /** All of it, in the order in which it was opened; it ends the other way round, the listeners first. */
  readonly opened: AsyncDisposableStack
  /** S3's first. */
  readonly listeners: readonly Listener[]
  readonly consolePort: number | undefined
  readonly metricsServer: MetricsServer | undefined
  readonly metricsUrl: string | undefined
  readonly accessLog: AccessLog
  readonly scheduler: Scheduler
}

/** A server that has begun to serve. */
export function runningServer(
  { address, tls, console }: ServerOptions,
  port: number,
  parts: ServerParts,
): RunningServer {
  const { listeners, consolePort, metricsServer, metricsUrl, accessLog, scheduler, opened } = parts
  const urlOf = ({ host }: ListenAddress, at: number): string =>
    `${tls ? 'https' : 'http'}://${addressText({ host, port: at })}`
  const drain = async (how?: Draining): Promise<void> => {
    metricsServer?.close()
    // Who has taken its place may have another config, by which jobs and events go on from now on.
    const left = how?.keepsIdle ? scheduler.leave() : undefined
    await Promise.all([left, ...listeners.map((listener) => listener.drain(how))])
  }
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => (closed ??= opened.disposeAsync())
  return {
    url: urlOf(address, port),
    port,
    consoleUrl: console && consolePort !== undefined ? urlOf(console.address, consolePort) : undefined,
    metricsUrl,
    async settle() {
      await accessLog.save()
      await scheduler.settle()
    },
    setCertificates(list) {
      for (const listener of listeners) listener.setCertificates(list)
      metricsServer?.setCertificates(list)
    },
    drain,
    close,
    [Symbol.asyncDispose]: close,
  }
}
