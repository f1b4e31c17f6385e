import { S3Client } from '@aws-sdk/client-s3'

export interface Recorded {
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
}

/** What the service would answer; throws what it would fail with. */
export type Answer = (request: Recorded) => object

/** A client of the SDK that sends nothing: it writes its requests down and answers them as told. */
export function recordingClient(answer: Answer = () => ({})): { client: S3Client; requests: Recorded[] } {
  const requests: Recorded[] = []
  const client = new S3Client({
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 1,
  })
  client.middlewareStack.add(
    (_, context) => async (args) => {
      const request = {
        operation: (context.commandName ?? '').replace(/Command$/, ''),
        input: args.input as unknown as Readonly<Record<string, unknown>>,
      }
      requests.push(request)
      return { response: {}, output: { $metadata: {}, ...answer(request) } }
    },
    { step: 'initialize', priority: 'high' },
  )
  return { client, requests }
}

/** An error as the SDK throws it. */
export function serviceError(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error(name), { name, $metadata: { httpStatusCode } })
}
