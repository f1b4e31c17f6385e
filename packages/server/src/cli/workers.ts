import cluster from 'node:cluster'
import { systemClock } from '../base/clock.ts'
import { isHeld } from '../base/held-process.ts'
import { keepAlive } from '../base/keep-alive.ts'
import type { Log } from '../base/log.ts'
import type { AcceptedSocket } from '../http/listen.ts'
import { RateLedger } from '../limits/rate-ledger.ts'
import type { AcceptedConfig } from './accepted-config.ts'
import {
  answerWithConfig,
  askForConfig,
  noteSettingUp,
  retire,
  retirement,
  tellSettingUp,
} from './config-channel.ts'
import { LiveConfig } from './live-config.ts'
import { processTimeoutMilliseconds } from '../config/process-timeout.ts'
import { type Address, addressText } from '../config/listen-address.ts'
import { workerFlags, workerVariables } from '../config/worker-flags.ts'
import { DEFAULT_CONSOLE, type ServeOptions } from './serve-options.ts'
import { startFromOptions } from './start-from-options.ts'
import { listenOnSharedPorts, SharedPorts, type SocketChannel } from './shared-port.ts'
import { lenderOver, lendOver } from './shared-rates.ts'
import { type Channel, SiblingQuestions, siblingsOver } from './sibling-questions.ts'
import { beat, Pulse } from './heartbeat.ts'
import { finishServer } from './finish-server.ts'
import { askedToEnd, endBy, onStopSignal, unlessStopped } from './stop-signal.ts'
import { type OutputOptions, passOn } from './worker-output.ts'
import { isCrash, type ServedUrls, Supervisor, type WorkerProcess } from './supervise.ts'

/**
 * This process's part in `--workers N`: the primary supervises, the workers serve on one port and one data folder.
 * Resolves with the exit code.
 */
export function servePart(
  options: ServeOptions,
  accept: AcceptConfig,
  log: Log,
  onReady: (urls: ServedUrls, config: AcceptedConfig) => void,
): Promise<number> {
  return cluster.isPrimary ? servePrimary(options, accept, log, onReady) : serveWorker(options, accept, log)
}

/** Reads the config anew, or as it was; throws a ConfigError for one that is wrong. */
export type AcceptConfig = (fileText?: string) => Promise<AcceptedConfig>

async function servePrimary(
  options: ServeOptions,
  accept: AcceptConfig,
  log: Log,
  onReady: (urls: ServedUrls, config: AcceptedConfig) => void,
): Promise<number> {
  const live = new LiveConfig(await accept(), accept, log)
  // With one worker there is nothing to share out: it takes its connections from the socket itself.
  if (options.workers === 1) cluster.schedulingPolicy = cluster.SCHED_NONE
  cluster.setupPrimary({
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    execArgv: workerFlags(),
  })
  let isStarting = true
  const questions = new SiblingQuestions(systemClock)
  const port = new SharedPorts()
  const ledger = new RateLedger(systemClock)
  const address = new KeptAddress(options)
  const fork = (): WorkerProcess => {
    const output = {
      log,
      isTerminal: process.stderr.isTTY,
      write: (text: string) => void process.stderr.write(text),
      isStarting: () => isStarting,
    }
    address.set()
    return forkWorker(output, { questions, port, live, ledger }, options.data)
  }
  const hangMilliseconds = hangTime(live.accepted)
  const supervisor = new Supervisor({ fork, clock: systemClock, log, hangMilliseconds })
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
  process.on('SIGHUP', () => void live.renew((least) => supervisor.replace(least)))
  return supervisor
    .run(options.workers, (urls) => {
      isStarting = false
      address.keep(urls)
      onReady(urls, live.accepted)
    })
    .finally(end)
}

const LEAST_HANG_MILLISECONDS = 20_000

/** When a worker that says nothing counts as dead to others that share its store, which then free what it may be reading. */
function hangTime({ config }: AcceptedConfig): number {
  return Math.max(LEAST_HANG_MILLISECONDS, 2 * processTimeoutMilliseconds({ config }))
}

/**
 * A free port that the only worker took is what one that comes after its death has to take as well. One that comes beside it
 * gets the same socket for the same words.
 */
class KeptAddress {
  readonly #options: ServeOptions
  readonly #words = process.argv.slice(2)
  #taken: readonly string[] = []

  constructor(options: ServeOptions) {
    this.#options = options
  }

  keep({ url, consoleUrl }: ServedUrls): void {
    const { workers, address, console } = this.#options
    if (workers > 1 || address.port !== 0) return
    this.#taken = ['--address', sameHost(address, url)]
    if (consoleUrl !== undefined && console !== false)
      this.#taken = [...this.#taken, '--console', sameHost(console ?? DEFAULT_CONSOLE, consoleUrl)]
  }

  /** Before a worker is started. */
  set(): void {
    const isAlone = Object.keys(cluster.workers ?? {}).length === 0
    cluster.setupPrimary({ args: [...this.#words, ...(isAlone ? this.#taken : [])] })
  }
}

function sameHost({ host }: Address, url: string): string {
  return addressText({ host, port: Number(new URL(url).port) })
}

/** What the primary does for its workers together. */
interface Shared {
  readonly questions: SiblingQuestions
  readonly port: SharedPorts
  readonly live: LiveConfig
  readonly ledger: RateLedger
}

/** A worker that crashed may have come upon a damaged page: the next one looks for them first. */
function forkWorker(
  output: OutputOptions,
  { questions, port, live, ledger }: Shared,
  dataDirectory: string,
): WorkerProcess {
  const lease = live.give()
  const worker = cluster.fork(workerVariables(live.accepted.config))
  const name = String(worker.id)
  const channel: Channel & SocketChannel = {
    send(message: object, connection?: AcceptedSocket) {
      // The channel of a worker that is about to end may be closed already.
      if (worker.isConnected()) worker.process.send(message, connection, { keepOpen: true }, () => {})
      else connection?.destroy()
    },
    onMessage: (take) => void worker.on('message', take),
  }
  questions.join(name, channel)
  port.join(channel)
  lendOver(channel, ledger)
  answerWithConfig(channel, lease.given)
  noteSettingUp(channel, () => lease.setsUp())
  worker.on('exit', () => {
    questions.leave(name)
    port.leave(channel)
  })
  const pulse = new Pulse(channel)
  let isReady = false
  const passedOn = worker.process.stderr ? passOn(worker.process.stderr, output) : Promise.resolve()
  return {
    ready: new Promise((resolve) => {
      worker.on('message', (message: unknown) => {
        if (!isReadyMessage(message)) return
        isReady = true
        resolve({ url: message.url, consoleUrl: message.consoleUrl })
      })
    }),
    ended: new Promise((resolve) => {
      worker.on('exit', (code, signal) => {
        if (!isReady) lease.giveBack()
        // All that it said comes before the news of its end.
        const how = signal ?? `exit code ${code}`
        const noted = isCrash(how) ? wantLookAfter(how, dataDirectory) : undefined
        void Promise.all([passedOn, noted]).then(() => resolve(how))
      })
    }),
    isCurrent: () => lease.isCurrent(),
    pulse,
    isHeld: () => isHeld(worker.process.pid ?? 0),
    drain() {
      worker.process.kill('SIGTERM')
    },
    retire() {
      port.retire(channel)
      retire(channel)
    },
    kill() {
      worker.process.kill('SIGKILL')
    },
  }
}

/** From a worker that accepts requests. */
interface ReadyMessage extends ServedUrls {
  readonly type: 'ready'
}

function isReadyMessage(message: unknown): message is ReadyMessage {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready'
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

async function serveWorker(options: ServeOptions, accept: AcceptConfig, log: Log): Promise<number> {
  const asked = askedToEnd()
  const retired = retirement(ownChannel)
  const { fileText, isFirst } = await askForConfig(ownChannel)
  const { config } = await accept(fileText)
  // The primary counts them from 1 on, those that it starts again included.
  const id = cluster.worker?.id ?? 1
  const shared = options.workers > 1 && {
    siblings: siblingsOver(ownChannel, String(id)),
    lender: lenderOver(ownChannel),
    listen: listenOnSharedPorts(ownChannel, 's3'),
    listenConsole: listenOnSharedPorts(ownChannel, 'console'),
  }
  const starting = startFromOptions(options, config, log, {
    isFirst,
    onSettingUp: () => tellSettingUp(ownChannel),
    ...shared,
  })
  const server = await unlessStopped(starting, asked, log)
  process.send?.({ type: 'ready', url: server.url, consoleUrl: server.consoleUrl } satisfies ReadyMessage)
  void beat(ownChannel, systemClock)
  const reason = await Promise.race([asked, retired])
  // Who retires may be told to end at once.
  void asked.then(() => server.drain())
  const isOver = await finishServer(server, log, systemClock, { keepsIdle: reason === 'retired' })
  if (!isOver) endBy('SIGTERM')
  return 0
}
