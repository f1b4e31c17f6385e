import { fileURLToPath } from 'node:url'
import { S3 } from '@holdfast/resources'
import { describe, expect, it } from 'vitest'
import { awsEnvironment } from '../../clients/aws-environment.ts'
import { runPython } from '../../support/forked-python.ts'
import { requirePythonModule, skip } from '../../support/require-command.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { scenarios } from './scenarios.ts'
import { serverState } from './server-state.ts'

const script = fileURLToPath(new URL('scenarios.py', import.meta.url))

/** EventBridge is to be somewhere; nobody is there, and nobody asks. */
const options = { notifications: { eventBridge: { url: 'http://127.0.0.1:9/' } } }

/** As JSON has it: what boto3 gives as None is not there, or null. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown
}

async function withBoto3(python: string, name: string) {
  await using server = await startTestServer(options)
  await using folder = await temporaryDirectory()
  const environment = awsEnvironment(server, folder.path)
  const { exitCode, text, stderr } = await runPython(python, script, [name], {
    environment,
    allowFailure: true,
  })
  if (exitCode !== 0) return { failure: stderr.trim().split('\n').at(-1) ?? '' }
  return { seen: JSON.parse(text) as unknown, state: await serverState(s3Client(server)) }
}

async function withThisPackage(run: (s3: S3, folder: string) => Promise<unknown>) {
  await using server = await startTestServer(options)
  await using folder = await temporaryDirectory()
  const { url: endpoint } = server
  const credentials = { ...server.credentials }
  const s3 = new S3({ endpoint, credentials, region: server.region, maxAttempts: 1 })
  return { seen: asJson(await run(s3, folder.path)), state: await serverState(s3Client(server)) }
}

describe.each(Object.entries(scenarios))('%s', (name, run) => {
  it('is the same with boto3 and with this package', async (context) => {
    const python = await requirePythonModule(context, 'boto3')
    // Each has a server of its own, and waits for another process.
    const [expected, seen] = await Promise.all([
      withBoto3(python, name),
      withThisPackage(run).catch((error: unknown) => error),
    ])
    if (expected.failure?.includes('NotImplemented')) skip(context, `${name}: ${expected.failure}`)
    expect(expected).not.toHaveProperty('failure')
    expect(seen).toEqual(expected)
  }, 60_000)
})
