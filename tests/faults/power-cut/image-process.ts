import { jsonLog } from '../../../packages/server/src/base/log.ts'
import { startServer } from '../../../packages/server/src/start-server.ts'
import { mainAccount, otherAccount } from '../../support/accounts.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { type Holding, verifyPromises } from '../mixed-load.ts'

/** A data folder as a power cut left it, and what must be in it. */
export interface ImageTask {
  readonly dataDirectory: string
  readonly bucket: string
  readonly isBucketPromised: boolean
  readonly promises: readonly (readonly [string, readonly Holding[]])[]
  /** The workers do all there is to do, and something is written, before everything is looked at again. */
  readonly isThorough: boolean
}

/** Longer than the workers wait before they take anything for left behind. */
const LATER_MILLISECONDS = 24 * 3_600_000

/** Opens the store and reads all; what is wrong. A process of its own, since LMDB may end it. */
async function problemsOf(task: ImageTask): Promise<string[]> {
  const complaints: string[] = []
  const log = jsonLog('warn', { write: (line) => void complaints.push(line.trim()) })
  await using server = await startServer({
    accounts: [mainAccount, otherAccount],
    dataDirectory: task.dataDirectory,
    log,
  })
  const problems = await lookAt(server, task)
  if (task.isThorough) {
    await rawRequest(server, { method: 'PUT', path: `/${task.bucket}` })
    const path = `/${task.bucket}/~after`
    for (const request of [
      { method: 'PUT', path, body: Buffer.alloc(70_000) },
      { method: 'DELETE', path },
    ]) {
      const { status, text } = await rawRequest(server, request)
      if (status !== 200 && status !== 204) problems.push(`afterwards ${request.method} answers ${text}`)
    }
    await server.settle()
    server.clock.advance(LATER_MILLISECONDS)
    await server.settle()
    server.clock.advance(-LATER_MILLISECONDS)
    problems.push(...(await lookAt(server, task)).map((problem) => `after the workers: ${problem}`))
  }
  return [...problems, ...complaints]
}

async function lookAt(server: Parameters<typeof rawRequest>[0], task: ImageTask): Promise<string[]> {
  const { bucket, isBucketPromised } = task
  const { status } = await rawRequest(server, { path: `/${bucket}`, query: 'location=' })
  if (status === 404 && !isBucketPromised) return []
  return (await verifyPromises(server, bucket, new Map(task.promises))).problems
}

process.on('message', (task: ImageTask) => {
  problemsOf(task)
    .catch((error: unknown) => [
      `it does not open: ${error instanceof Error ? error.message : String(error)}`,
    ])
    .then((problems) => process.send?.(problems))
    .catch(() => process.exit(1))
})
