import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../support/free-port.ts'
import type { ServerAddress } from '../support/raw-request.ts'
import { type CommandResult, runCommand } from '../support/run-command.ts'

export interface Minio extends ServerAddress, AsyncDisposable {
  /** MinIO's own client, which knows this server as `old`. */
  readonly mc: (...words: string[]) => Promise<CommandResult>
}

const READY_WITHIN_MILLISECONDS = 60_000
/** Of the shortest that MinIO takes: 3 and 8 characters. */
const CREDENTIALS = { accessKeyId: 'adm', secretAccessKey: 'minio123' }

/** A MinIO server on the loopback, with its data in a folder. */
export async function startMinio(program: string, client: string, folder: string): Promise<Minio> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = spawn(
    program,
    ['server', '--quiet', '--address', `127.0.0.1:${port}`, join(folder, 'minio')],
    {
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        MINIO_ROOT_USER: CREDENTIALS.accessKeyId,
        MINIO_ROOT_PASSWORD: CREDENTIALS.secretAccessKey,
        MINIO_BROWSER: 'off',
        MINIO_UPDATE: 'off',
      },
      stdio: 'ignore',
    },
  )
  const ended = once(child, 'exit')
  const deadline = Date.now() + READY_WITHIN_MILLISECONDS
  while (!(await isReady(url))) {
    if (Date.now() > deadline || child.exitCode !== null) throw new Error('MinIO did not become ready')
    await delay(50)
  }
  return {
    url,
    credentials: CREDENTIALS,
    mc: (...words) =>
      runCommand(client, ['--quiet', ...words], {
        directory: folder,
        environment: {
          HOME: folder,
          MC_CONFIG_DIR: join(folder, '.mc'),
          MC_HOST_old: url.replace('//', `//${CREDENTIALS.accessKeyId}:${CREDENTIALS.secretAccessKey}@`),
        },
      }),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/minio/health/ready`)).ok
  } catch {
    return false
  }
}
