import cluster from 'node:cluster'
import { systemClock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Config } from '../config/config.ts'
import type { ServeOptions } from './serve-options.ts'
import { startFromOptions } from './start-from-options.ts'
import { askedToEnd, onStopSignal } from './stop-signal.ts'
import { Supervisor, type WorkerProcess } from './supervise.ts'

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
  const supervisor = new Supervisor({ fork: forkWorker, clock: systemClock, log })
  onStopSignal(
    (signal) => {
      log.info({ signal }, 'finishing the requests in flight; a second signal ends them')
      supervisor.stop()
    },
    // The workers end with their primary.
    () => process.exit(1),
  )
  return supervisor.run(options.workers, onReady)
}

function forkWorker(): WorkerProcess {
  const worker = cluster.fork()
  return {
    ready: new Promise((resolve) => {
      worker.on('message', (url: unknown) => {
        if (typeof url === 'string') resolve(url)
      })
    }),
    ended: new Promise((resolve) => {
      worker.on('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
    }),
    drain() {
      worker.process.kill('SIGTERM')
    },
  }
}

async function serveWorker(options: ServeOptions, config: Config, log: Log): Promise<number> {
  const asked = askedToEnd()
  await using server = await startFromOptions(options, config, log)
  process.send?.(server.url)
  await asked
  await server.drain()
  return 0
}
