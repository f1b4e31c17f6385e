import { beforeAll, describe, expect, it } from 'vitest'
import { createBucket } from '../support/buckets.ts'
import { requireCommand } from '../support/require-command.ts'
import { runCommand } from '../support/run-command.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { clientTimeoutMilliseconds, isLarge } from '../support/sizes.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { awsEnvironment } from './aws-environment.ts'
import { requireFurtherClient } from './further-clients.ts'

/* Clients in Java that `.ci/clients` builds: each compares for itself, prints its steps, and fails at the first difference. */

let server: ServerProcess

beforeAll(async () => {
  server = await startServerProcess()
  return () => server[Symbol.asyncDispose]()
})

describe.skipIf(!isLarge)('clients in Java', { timeout: clientTimeoutMilliseconds }, () => {
  const programs = ['Jclouds', 'Jets3t AWS2', 'Jets3t AWS4-HMAC-SHA256', 'SdkForJava', 'Hadoop']
  it.for(programs)('%s', async (words, context) => {
    const [name = '', ...line] = words.split(' ')
    await requireCommand(context, 'java')
    const jars = await requireFurtherClient(context, name === 'Hadoop' ? 'hadoop' : 'java')
    await using folder = await temporaryDirectory()
    const { text } = await runCommand('java', ['-cp', `${jars}/*`, `clients.${name}`, ...line], {
      directory: folder.path,
      timeoutMilliseconds: clientTimeoutMilliseconds,
      environment: {
        ...awsEnvironment(server, folder.path),
        AWS_ENDPOINT_URL: server.url,
        AWS_REGION: 'us-east-1',
        TEST_BUCKET: await createBucket(server, `java-${words.toLowerCase().replace(' ', '-')}`),
      },
    })
    expect(text).toMatch(/\ndone\n$/)
  })
})
