import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { createBucket, putObject } from '../support/buckets.ts'
import { runPython } from '../support/forked-python.ts'
import { requireCommand, requirePythonModule } from '../support/require-command.ts'
import type { CommandOptions, CommandResult } from '../support/run-command.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { clientTimeoutMilliseconds, isLarge } from '../support/sizes.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'
import { Webhook } from '../support/webhook.ts'
import { FUNCTION, QUEUE, TOPIC } from '../conformance/notification/notification-room.ts'
import { awsEnvironment } from './aws-environment.ts'
import { runAws } from './run-aws.ts'

const script = fileURLToPath(new URL('boto3/notifications.py', import.meta.url))
let webhook: Webhook
let server: ServerProcess
let folder: TemporaryDirectory

beforeAll(async () => {
  webhook = await Webhook.open()
  const destinations = [QUEUE, TOPIC, FUNCTION].map((arn) => ({ arn, url: webhook.url }))
  const notifications = { destinations, eventBridge: { url: webhook.url } }
  server = await startServerProcess({ config: { notifications } })
  folder = await temporaryDirectory()
  return async () => {
    await server[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
    await webhook[Symbol.asyncDispose]()
  }
}, clientTimeoutMilliseconds)

const options = (): CommandOptions => ({
  environment: awsEnvironment(server, folder.path),
  timeoutMilliseconds: clientTimeoutMilliseconds,
})

function s3api(operation: string, words: readonly string[], allowFailure = false): Promise<CommandResult> {
  const line = ['--endpoint-url', server.url, 's3api', operation, ...words, '--output', 'json']
  return runAws(line, { ...options(), allowFailure })
}

const wasTold = (key: string) => (): boolean => webhook.records.some(({ s3 }) => s3.object['key'] === key)

describe('notifications', { timeout: clientTimeoutMilliseconds }, () => {
  it.runIf(isLarge)('aws s3api puts and gets them, and the webhook is told', async (context) => {
    await requireCommand(context, 'aws')
    const bucket = await createBucket(server, 'cli-events')
    const configuration = {
      QueueConfigurations: [
        {
          Id: 'images',
          QueueArn: QUEUE,
          Events: ['s3:ObjectCreated:*'],
          Filter: { Key: { FilterRules: [{ Name: 'suffix', Value: '.jpg' }] } },
        },
      ],
      EventBridgeConfiguration: {},
    }
    const put = (document: unknown, allowFailure = false): Promise<CommandResult> =>
      s3api(
        'put-bucket-notification-configuration',
        ['--bucket', bucket, '--notification-configuration', JSON.stringify(document)],
        allowFailure,
      )
    await put(configuration)
    const shown = await s3api('get-bucket-notification-configuration', ['--bucket', bucket])
    expect(JSON.parse(shown.text)).toEqual(configuration)
    await putObject(server, bucket, 'cat.jpg', 'a cat')
    await webhook.until(wasTold('cat.jpg'))

    const missing = [{ TopicArn: `${TOPIC}-missing`, Events: ['s3:ObjectCreated:*'] }]
    const refused = await put({ TopicConfigurations: missing }, true)
    expect(refused.stderr).toContain('Unable to validate the following destination configurations')
    await put({})
    expect((await s3api('get-bucket-notification-configuration', ['--bucket', bucket])).text.trim()).toBe('')
  })

  it('boto3 puts and gets them, and the webhook is told', async (context) => {
    const python = await requirePythonModule(context, 'boto3')
    const answer = await runPython(python, script, [QUEUE, TOPIC, FUNCTION], options())
    expect(answer).toMatchObject({ exitCode: 0 })
    await webhook.until(wasTold('boto3/key'))
  })
})
