import type { AuditLog } from '../audit/audit-log.ts'
import type { ConditionProbe } from '../background/condition-probe.ts'
import type { Processes } from '../background/processes.ts'
import type { Scheduler } from '../background/scheduler.ts'
import type { DigestThreads } from '../base/digest-threads.ts'
import { addressText } from '../config/listen-address.ts'
import type { ListenAddress } from '../http/listen.ts'
import type { Draining, Listener } from '../http/listener.ts'
import type { MetricsServer } from '../http/metrics-server.ts'
import type { AccessLog } from '../s3/shared/access-log/access-log.ts'
import type { Stores } from '../s3/shared/content/stores.ts'
import type { RunningServer, ServerOptions } from '../server-options.ts'
import { closeStores } from './open-stores.ts'

/** What a server is made of that ends with it. */
export interface ServerParts {
  readonly digests: DigestThreads
  /** To other servers. */
  readonly connections: Disposable
  /** S3's first. */
  readonly listeners: readonly Listener[]
  readonly consolePort: number | undefined
  readonly metricsServer: MetricsServer | undefined
  readonly metricsUrl: string | undefined
  readonly accessLog: AccessLog
  readonly audit: AuditLog | undefined
  readonly scheduler: Scheduler
  readonly probe: ConditionProbe
  readonly stores: Stores
  readonly processes: Processes | undefined
}

/** A server that has begun to serve. */
export function runningServer(
  { address, tls, log, console }: ServerOptions,
  port: number,
  parts: ServerParts,
): RunningServer {
  const { listeners, consolePort, metricsServer, metricsUrl, accessLog, audit, scheduler } = parts
  const { digests, connections, probe, stores, processes } = parts
  const urlOf = ({ host }: ListenAddress, at: number): string =>
    `${tls ? 'https' : 'http'}://${addressText({ host, port: at })}`
  const drain = async (how?: Draining): Promise<void> => {
    metricsServer?.close()
    await Promise.all(listeners.map((listener) => listener.drain(how)))
  }
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => (closed ??= closeAll())
  const closeAll = async (): Promise<void> => {
    const ended = drain()
    for (const listener of listeners) listener.abort()
    await ended
    await probe.stop()
    await scheduler.stop()
    connections[Symbol.dispose]()
    // After the workers: lifecycle rules are recorded too.
    await accessLog.stop()
    await audit?.stop()
    await processes?.presence.stop().catch((err: unknown) => {
      log.error({ err }, 'the store did not take that this process ends')
    })
    await digests[Symbol.asyncDispose]()
    await closeStores(stores)
  }
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
