import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ARENA_VARIABLES, YOUNG_FLAG } from '../../packages/server/src/config/worker-flags.ts'
import { end, pidOf } from '../base/child.ts'
import { endpointAt, LOCAL_KEYS, type Endpoint } from '../base/endpoint.ts'

const READY_WITHIN_SECONDS = 60

export const ACCOUNT_ID = '100000000001'

/** How Holdfast is to run where that is not as usual. */
export interface Holding {
  /** Either way the server runs from its source, so that both can be compared; as a rule the built one runs. */
  readonly isEncrypted?: boolean
  /** What its config has besides. */
  readonly settings?: object
  /** How many processes serve; 1 where left out. */
  readonly workers?: number
}

export interface RunningHoldfast extends AsyncDisposable {
  readonly endpoint: Endpoint
  /** From the start of the process to the first good answer of its readiness probe. */
  readonly secondsToReady: number
}

/** Starts a server by `command`, words of Node's own before it, with its data in `directory` and more settings, if any. */
export async function startHoldfast(
  command: readonly string[],
  directory: string,
  { settings = {}, workers = 1 }: Pick<Holding, 'settings' | 'workers'> = {},
): Promise<RunningHoldfast> {
  const port = await freePort()
  const config = await writeConfig(directory, settings)
  const data = join(directory, 'data')
  const serve = [
    'serve',
    '--no-console',
    ...(workers === 1 ? ['--no-restart'] : ['--workers', String(workers)]),
    '--data',
    data,
    '--address',
    `127.0.0.1:${port}`,
    '--config',
    config,
  ]
  const start = performance.now()
  // The one process of --no-restart has what a worker is started with.
  const child = spawn(process.execPath, [YOUNG_FLAG, ...command, ...serve], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...ARENA_VARIABLES, ...process.env },
  })
  const ended = once(child, 'exit')
  const died = ended.then(([code]) => Promise.reject(new Error(`holdfast ended with ${String(code)}`)))
  died.catch(() => undefined)
  await Promise.race([ready(port), died])
  return {
    secondsToReady: (performance.now() - start) / 1000,
    endpoint: endpointAt('Holdfast', '127.0.0.1', port, LOCAL_KEYS, pidOf(child)),
    [Symbol.asyncDispose]: () => end(child, ended),
  }
}

async function writeConfig(directory: string, settings: object): Promise<string> {
  const { region, ...key } = LOCAL_KEYS
  const account = {
    id: ACCOUNT_ID,
    name: 'bench',
    displayName: 'bench',
    email: 'bench@example.com',
    canonicalId: 'be'.repeat(32),
    accessKeys: [key],
  }
  const path = join(directory, 'config.json')
  await mkdir(directory, { recursive: true })
  await writeFile(path, JSON.stringify({ region, accounts: [account], ...settings }), { mode: 0o600 })
  return path
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function ready(port: number): Promise<void> {
  const end = performance.now() + READY_WITHIN_SECONDS * 1000
  while (performance.now() < end) {
    const response = await fetch(`http://127.0.0.1:${port}/-/ready`).catch(() => undefined)
    if (response?.ok) return
    await sleep(5)
  }
  throw new Error(`holdfast was not ready within ${READY_WITHIN_SECONDS} s`)
}
