import cluster from 'node:cluster'
import { systemClock } from '../base/clock.ts'
import { keepAlive } from '../base/keep-alive.ts'
import type { Log } from '../base/log.ts'
import type { Config } from '../config/config.ts'
import type { AcceptedSocket } from '../http/listen.ts'
import { addressText, type ServeOptions } from './serve-options.ts'
import { startFromOptions } from './start-from-options.ts'
import { listenOnSharedPort, SharedPort, type SocketChannel } from './shared-port.ts'
import { type Channel, MetricsExchange, siblingsOver } from './sibling-metrics.ts'
import { finishServer } from './finish-server.ts'
import { askedToEnd, endBy, onStopSignal, unlessStopped } from './stop-signal.ts'
import { type OutputOptions, passOn } from './worker-output.ts'
import { isCrash, Supervisor, type WorkerProcess } from './supervise.ts'

/**
 * This process's part in `--workers N`: the primary supervises, the workers serve on one port and one data folder.
 * Resolves with the exit code.
 */
export function servePart(
  options: ServeOptions,
  config: Config,
  log: Log,
  onReady: (url: string) => void,
): Promise<number> {
  return cluster.isPrimary ? servePrimary(options, log, onReady) : serveWorker(options, config, log)
}

async function servePrimary(
  options: ServeOptions,
  log: Log,
  onReady: (url: string) => void,
): Promise<number> {
  // With one worker there is nothing to share out: it takes its connections from the socket itself.
  if (options.workers === 1) cluster.schedulingPolicy = cluster.SCHED_NONE
  cluster.setupPrimary({ stdio: ['ignore', 'inherit', 'pipe', 'ipc'] })
  let isStarting = true
  const metrics = new MetricsExchange(systemClock)
  const port = new SharedPort()
  const fork = (): WorkerProcess => {
    const output = {
      log,
      isTerminal: process.stderr.isTTY,
      write: (text: string) => void process.stderr.write(text),
      isStarting: () => isStarting,
    }
    return forkWorker(output, { metrics, port }, options.data)
  }
  const supervisor = new Supervisor({ fork, clock: systemClock, log })
  const end = keepAlive()
  onStopSignal(
    (signal) => {
      log.info({ signal }, 'finishing the requests in flight; a second signal ends them')
      port.close()
      supervisor.stop()
    },
    () => {
      supervisor.kill()
      process.exit(1)
    },
  )
  return supervisor
    .run(options.workers, (url) => {
      isStarting = false
      keepPort(options, url)
      onReady(url)
    })
    .finally(end)
}

/** A free port that the only worker took is what the next one has to take as well. */
function keepPort({ workers, address }: ServeOptions, url: string): void {
  if (workers > 1 || address.port !== 0) return
  const taken = addressText({ ...address, port: Number(new URL(url).port) })
  cluster.setupPrimary({ args: [...process.argv.slice(2), '--address', taken] })
}

/** What the primary does for its workers together. */
interface Shared {
  readonly metrics: MetricsExchange
  readonly port: SharedPort
}

/** A worker that crashed may have come upon a damaged page: the next one looks for them first. */
function forkWorker(output: OutputOptions, { metrics, port }: Shared, dataDirectory: string): WorkerProcess {
  const worker = cluster.fork()
  const name = String(worker.id)
  const channel: Channel & SocketChannel = {
    send(message: object, connection?: AcceptedSocket) {
      // The channel of a worker that is about to end may be closed already.
      if (worker.isConnected()) worker.process.send(message, connection, { keepOpen: true }, () => {})
      else connection?.destroy()
    },
    onMessage: (take) => void worker.on('message', take),
  }
  metrics.join(name, channel)
  port.join(channel)
  worker.on('exit', () => {
    metrics.leave(name)
    port.leave(channel)
  })
  const passedOn = worker.process.stderr ? passOn(worker.process.stderr, output) : Promise.resolve()
  return {
    ready: new Promise((resolve) => {
      worker.on('message', (url: unknown) => {
        if (typeof url === 'string') resolve(url)
      })
    }),
    ended: new Promise((resolve) => {
      worker.on('exit', (code, signal) => {
        // All that it said comes before the news of its end.
        const how = signal ?? `exit code ${code}`
        const noted = isCrash(how) ? wantLookAfter(how, dataDirectory) : undefined
        void Promise.all([passedOn, noted]).then(() => resolve(how))
      })
    }),
    drain() {
      worker.process.kill('SIGTERM')
    },
    kill() {
      worker.process.kill('SIGKILL')
    },
  }
}

const ownChannel: Channel & SocketChannel = {
  send: (message: object) => void process.send?.(message),
  onMessage: (take) => void process.on('message', take),
}

async function wantLookAfter(how: string, dataDirectory: string): Promise<void> {
  const { metadataPath } = await import('../compose/open-stores.ts')
  const { wantLook } = await import('../compose/identity/look-before-opening.ts')
  await wantLook(metadataPath(dataDirectory), `a process ended by ${how}`)
}

async function serveWorker(options: ServeOptions, config: Config, log: Log): Promise<number> {
  const asked = askedToEnd()
  // The primary counts them from 1 on, those that it starts again included.
  const id = cluster.worker?.id ?? 1
  const shared = options.workers > 1 && {
    siblings: siblingsOver(ownChannel, String(id)),
    listen: listenOnSharedPort(ownChannel),
  }
  const starting = startFromOptions(options, config, log, { isFirst: id === 1, ...shared })
  const server = await unlessStopped(starting, asked, log)
  process.send?.(server.url)
  const signal = await asked
  if (!(await finishServer(server, log, systemClock))) endBy(signal)
  return 0
}
