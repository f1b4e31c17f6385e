import type { LambdaInvokeOperation } from '@aws-sdk/client-s3-control'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { otherAccount } from '../../support/accounts.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { Webhook, type WebhookRequest } from '../../support/webhook.ts'
import { ACCOUNT, JobRoom } from './job-room.ts'

const BASE = `arn:aws:lambda:us-east-1:${ACCOUNT}:function`
const PLAIN = `${BASE}:plain`
const LAMBDA = `${BASE}:lambda`
const OF_OTHERS = `${BASE}:others`
const ALONE = `${BASE}:alone`
const PINNED = `${BASE}:pinned:v1`
const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:queue`

interface Payload {
  readonly invocationId: string
  readonly job: { readonly userArguments?: Readonly<Record<string, string>> }
  readonly tasks: readonly [{ readonly taskId: string; readonly s3Key: string }]
}

let room: JobRoom
let functions: Webhook
let role: string
/** What the functions do: their answer, and headers where there are any. */
let answer: (payload: Payload, request: WebhookRequest) => [body: unknown, headers?: Record<string, string>]

const byAnswer: Webhook['answer'] = (request, response) => {
  const [body, { ':status': status = '200', ...headers } = {}] = answer(
    JSON.parse(request.body) as Payload,
    request,
  )
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  response.writeHead(Number(status), headers).end(text)
}

beforeAll(async () => {
  functions = await Webhook.open(byAnswer)
  const { url } = functions
  const service = {
    endpoint: new URL(url).origin,
    accessKey: { accessKeyId: 'AKIAFUNCTIONS', secretAccessKey: 'never-told' },
  }
  room = await JobRoom.open({
    notifications: {
      destinations: [
        { arn: PLAIN, url, authorization: 'Bearer token' },
        { arn: LAMBDA, service },
        { arn: OF_OTHERS, url, accounts: [otherAccount.id] },
        { arn: PINNED, url },
        { arn: ALONE, url, concurrency: 1 },
        { arn: QUEUE, url },
      ],
    },
  })
  role = await room.role({ Effect: 'Allow', Action: ['s3:*', 'lambda:InvokeFunction'], Resource: '*' })
})
afterAll(async () => {
  await room[Symbol.asyncDispose]()
  await functions[Symbol.asyncDispose]()
})

function resultOf(payload: Payload, resultCode: string, resultString?: string) {
  return {
    invocationSchemaVersion: '1.0',
    treatMissingKeysAs: 'PermanentFailure',
    invocationId: payload.invocationId,
    results: [{ taskId: payload.tasks[0].taskId, resultCode, resultString }],
  }
}

/** A job that calls a function for these lines of a manifest, and what its report tells of each. */
async function called(call: LambdaInvokeOperation, lines: readonly string[], RoleArn = role) {
  const before = functions.requests.length
  const job = await room.run({
    Operation: { LambdaInvoke: call },
    Manifest: await room.manifest(lines),
    Report: room.report(),
    RoleArn,
  })
  const results = `reports/job-${job.JobId}/results`
  const told: string[] = []
  for (const kind of ['succeeded', 'failed']) {
    const text = await room.text('work', `${results}/${kind}.csv`).catch(() => '')
    told.push(...text.split('\n').filter(Boolean))
  }
  return { job, told, requests: functions.requests.slice(before) }
}

describe('what a function is called with', () => {
  it('is the task, in the first version, and its word is in the report', async () => {
    answer = (payload) => [resultOf(payload, 'Succeeded', `did "${payload.tasks[0].s3Key}"`)]
    const { job, told, requests } = await called({ FunctionArn: PLAIN }, ['data,a%20b%2Bc/%C3%BC'])
    expect(job.Status).toBe('Complete')
    expect(told).toEqual(['data,a+b%2Bc/%C3%BC,,succeeded,200,,"did ""a%20b%2Bc/%C3%BC"""'])
    expect(requests).toHaveLength(1)
    expect(requests[0]).toMatchObject({ method: 'POST', headers: { authorization: 'Bearer token' } })
    expect(requests[0]?.headers['x-holdfast-destination']).toBe(PLAIN)
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
      invocationSchemaVersion: '1.0',
      invocationId: expect.stringMatching(/^[\w-]{20,}$/),
      job: { id: job.JobId },
      tasks: [
        {
          taskId: expect.stringMatching(/^[\w-]{20,}$/),
          s3Key: 'a%20b%2Bc/%C3%BC',
          s3VersionId: null,
          s3BucketArn: 'arn:aws:s3:::data',
        },
      ],
    })
  })

  it('has arguments and the name of the bucket in the second version', async () => {
    answer = (payload) => [resultOf(payload, 'Succeeded')]
    const call = {
      FunctionArn: 'plain',
      InvocationSchemaVersion: '2.0',
      UserArguments: { CreatedAfter: 'no time', to: 'elsewhere' },
    }
    const { job, told, requests } = await called(call, ['data,a', 'base--use1-az4--x-s3,b'])
    expect(job.Operation?.LambdaInvoke).toEqual(call)
    expect(told).toEqual(['data,a,,succeeded,200,,""', 'base--use1-az4--x-s3,b,,succeeded,200,,""'])
    const payloads = requests.map(({ body }) => JSON.parse(body) as Payload)
    for (const { job: told } of payloads)
      expect(told.userArguments).toEqual({ CreatedAfter: 'no time', to: 'elsewhere' })
    expect(payloads.map(({ tasks: [task] }) => task)).toEqual([
      { taskId: expect.any(String), s3Key: 'a', s3VersionId: null, s3Bucket: 'data' },
      { taskId: expect.any(String), s3Key: 'b', s3VersionId: null, s3Bucket: 'base--use1-az4--x-s3' },
    ])
  })

  it('fails for directory buckets in the first', async () => {
    const { told, requests } = await called({ FunctionArn: PLAIN }, ['base--use1-az4--x-s3,b'])
    expect(told).toEqual([expect.stringContaining('base--use1-az4--x-s3,b,,failed,400,InvalidRequest')])
    expect(requests).toEqual([])
  })

  it('goes by the API of Lambda, for its answer, with the version that is asked for', async () => {
    answer = (payload) => [resultOf(payload, 'Succeeded', 'ok')]
    const { told, requests } = await called({ FunctionArn: `${LAMBDA}:$LATEST` }, ['data,a'])
    expect(told).toEqual(['data,a,,succeeded,200,,"ok"'])
    expect(requests[0]).toMatchObject({
      path: '/2015-03-31/functions/lambda/invocations?Qualifier=%24LATEST',
      headers: { 'x-amz-invocation-type': 'RequestResponse' },
    })
    expect(requests[0]?.headers.authorization).toContain('/us-east-1/lambda/aws4_request')
  })

  it('goes to the very version that the config has', async () => {
    answer = (payload) => [resultOf(payload, 'Succeeded', 'ok')]
    const { told, requests } = await called({ FunctionArn: PINNED }, ['data,a'])
    expect(told).toEqual(['data,a,,succeeded,200,,"ok"'])
    expect(requests[0]?.headers['x-holdfast-destination']).toBe(PINNED)
  })

  it.each([
    ['sixteen tasks at once, and each has its own answer', PLAIN, 16, 60],
    ['one task at a time where the config says so', ALONE, 1, 4],
  ])('comes for %s', async (_, FunctionArn, atOnce, count) => {
    const waiting: (() => void)[] = []
    let most = 0
    const answerAll = (): void => {
      for (const go of waiting.splice(0)) go()
    }
    let quiet: NodeJS.Timeout | undefined
    functions.answer = ({ body }, response) => {
      const payload = JSON.parse(body) as Payload
      const text = JSON.stringify(resultOf(payload, 'Succeeded', payload.tasks[0].s3Key))
      most = Math.max(
        most,
        waiting.push(() => response.end(text)),
      )
      clearTimeout(quiet)
      quiet = setTimeout(answerAll, 50)
    }
    const lines = Array.from({ length: count }, (_, index) => `data,${index}`)
    const { told } = await called({ FunctionArn }, lines)
    functions.answer = byAnswer
    expect(most).toBe(atOnce)
    expect(told).toEqual(lines.map((line, index) => `${line},,succeeded,200,,"${index}"`))
  })
})

describe('what becomes of a task', () => {
  const failed = (code: string, message: string) => [
    `data,a,,failed,200,${code},"${message.replaceAll('"', '""')}"`,
  ]
  it.each<[string, typeof answer, string[]]>([
    [
      'a failure for good',
      (payload) => [resultOf(payload, 'PermanentFailure', 'no such colour')],
      failed('PermanentFailure', 'no such colour'),
    ],
    ['an unknown code', (payload) => [resultOf(payload, 'Done', 'x')], failed('PermanentFailure', 'x')],
    ['no JSON', () => ['fine'], failed('PermanentFailure', 'Invalid JSON returned in Lambda payload')],
    ['no results', () => [[]], failed('PermanentFailure', 'Invalid JSON returned in Lambda payload')],
    [
      'another task’s result',
      () => [{ results: [null, { taskId: 'x', resultCode: 'Succeeded' }] }],
      failed('PermanentFailure', 'The function returned no result of the task'),
    ],
    [
      'no result, which it says is none to miss',
      () => [{ results: [], treatMissingKeysAs: 'Succeeded' }],
      ['data,a,,succeeded,200,,"The function returned no result of the task"'],
    ],
    [
      'an error of the function',
      () => [{ errorMessage: 'Task timed out' }, { 'x-amz-function-error': 'Unhandled' }],
      failed('PermanentFailure', 'Lambda returned function error: {"errorMessage":"Task timed out"}'),
    ],
    [
      'a refusal of Lambda',
      () => ['{}', { ':status': '413', 'x-amzn-errortype': 'RequestTooLargeException' }],
      failed(
        'PermanentFailure',
        'The function could not be called: it answered 413 RequestTooLargeException',
      ),
    ],
    [
      'a result that is no text',
      (payload) => [
        { results: [{ ...resultOf(payload, 'Succeeded').results[0], resultString: { a: [1] } }] },
      ],
      ['data,a,,succeeded,200,,"{""a"":[1]}"'],
    ],
    [
      'a result that is none',
      (payload) => [{ results: [{ ...resultOf(payload, 'Succeeded').results[0], resultString: null }] }],
      ['data,a,,succeeded,200,,""'],
    ],
    [
      'a result of many words',
      (payload) => [resultOf(payload, 'Succeeded', 'w'.repeat(5000))],
      [`data,a,,succeeded,200,,"${'w'.repeat(1024)}"`],
    ],
    [
      'an answer that is too long',
      () => ['x'.repeat(1024 * 1024 + 1)],
      failed('TemporaryFailure', 'The function could not be called: the answer is longer than 1048576 bytes'),
    ],
  ])('is %s', async (_, said, expected) => {
    answer = said
    const { job, told } = await called({ FunctionArn: LAMBDA }, ['data,a'])
    expect([job.Status, told]).toEqual(['Complete', expected])
  })

  it('is done again where it failed for now, and fails in the end where it still does', async () => {
    let calls = 0
    answer = (payload) => [resultOf(payload, ++calls < 3 ? 'TemporaryFailure' : 'Succeeded', `call ${calls}`)]
    const { told, requests } = await called({ FunctionArn: PLAIN }, ['data,a'])
    expect(told).toEqual(['data,a,,succeeded,200,,"call 3"'])
    expect(new Set(requests.map(({ body }) => (JSON.parse(body) as Payload).invocationId)).size).toBe(3)
    answer = (payload) => [resultOf(payload, 'TemporaryFailure', 'busy')]
    const given = await called({ FunctionArn: PLAIN }, ['data,a'])
    expect([given.told, given.requests.length]).toEqual([failed('TemporaryFailure', 'busy'), 5])
  })

  it.each([
    ['503', 5, 'TemporaryFailure', 'it answered 503'],
    ['429', 5, 'TemporaryFailure', 'it answered 429'],
    ['400', 1, 'PermanentFailure', 'it answered 400'],
  ])('is that it could not be called where the answer is %s', async (status, calls, code, said) => {
    answer = () => ['', { ':status': status }]
    const { told, requests } = await called({ FunctionArn: PLAIN }, ['data,a'])
    expect(told).toEqual(failed(code, `The function could not be called: ${said}`))
    expect(requests).toHaveLength(calls)
  })

  it('is done again by the next server where one ends amid the last call', async () => {
    await using folder = await temporaryDirectory()
    const options = {
      dataDirectory: folder.path,
      notifications: { destinations: [{ arn: PLAIN, url: functions.url }] },
    }
    let [calls, isHanging] = [0, true]
    functions.answer = (request, response) => {
      if (++calls < 5) response.writeHead(503).end()
      else if (!isHanging) byAnswer(request, response)
    }
    answer = (payload) => [resultOf(payload, 'Succeeded', 'after all')]
    let JobId: string
    {
      await using here = await JobRoom.open(options)
      JobId = await here.create({
        Operation: { LambdaInvoke: { FunctionArn: PLAIN } },
        Manifest: await here.manifest(['data,a']),
        RoleArn: await here.role({
          Effect: 'Allow',
          Action: ['s3:*', 'lambda:InvokeFunction'],
          Resource: '*',
        }),
      })
      const { clock } = here.server
      await expect.poll(() => (clock.advance(6_000), calls), { interval: 5, timeout: 10_000 }).toBe(5)
    }
    isHanging = false
    await using next = await JobRoom.open(options)
    const { ProgressSummary } = await next.ended(JobId)
    functions.answer = byAnswer
    expect(ProgressSummary).toMatchObject({ NumberOfTasksSucceeded: 1, NumberOfTasksFailed: 0 })
  })

  it('is AccessDenied where the role may not call the function, each version by its own ARN', async () => {
    answer = (payload) => [resultOf(payload, 'Succeeded')]
    const narrow = await room.role([
      { Effect: 'Allow', Action: 's3:*', Resource: '*' },
      { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: `${PLAIN}:v*` },
    ])
    const without = await called({ FunctionArn: PLAIN }, ['data,a'], narrow)
    expect(without.told).toEqual([expect.stringContaining('data,a,,failed,403,AccessDenied')])
    expect(without.requests).toEqual([])
    const { told } = await called({ FunctionArn: `${PLAIN}:v2` }, ['data,a'], narrow)
    expect(told).toEqual(['data,a,,succeeded,200,,""'])
  })
})

describe('a function', () => {
  const reasonAgainst = async (call: LambdaInvokeOperation): Promise<string> => {
    const Manifest = await room.manifest(['data,a'])
    try {
      await room.create({ Operation: { LambdaInvoke: call }, Manifest, RoleArn: role })
      return ''
    } catch (error) {
      const { name, message } = error as Error
      return `${name}: ${message}`
    }
  }
  const missing = 'InvalidRequest: The config has no function'
  const noName = 'InvalidRequest: FunctionArn has to be the ARN or the name of a function'

  it.each([
    ['is not in the config', `${BASE}:gone`, missing],
    ['is for other accounts', OF_OTHERS, missing],
    ['is for other accounts, by its version', `${OF_OTHERS}:v1`, missing],
    ['has another version in the config', `${BASE}:pinned:v2`, missing],
    ['is of another account', `arn:aws:lambda:us-east-1:${otherAccount.id}:function:plain`, missing],
    ['is a queue', QUEUE, noName],
    ['is none', 'a b', noName],
    ['is left out', undefined, noName],
  ])('that %s is refused when the job is made', async (_, FunctionArn, said) => {
    expect(await reasonAgainst({ FunctionArn })).toContain(said)
  })

  const eleven = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`a${index}`, 'b']))
  it.each<[string, LambdaInvokeOperation, string]>([
    ['a version of the payload that there is not', { InvocationSchemaVersion: '3.0' }, 'one of 1.0, 2.0'],
    ['arguments in the first version', { UserArguments: { a: 'b' } }, 'take InvocationSchemaVersion 2.0'],
    ['eleven arguments', { InvocationSchemaVersion: '2.0', UserArguments: eleven }, '10 at the most'],
    [
      'a long name',
      { InvocationSchemaVersion: '2.0', UserArguments: { ['n'.repeat(65)]: 'b' } },
      '1 to 64 characters',
    ],
    [
      'a long value',
      { InvocationSchemaVersion: '2.0', UserArguments: { a: 'v'.repeat(1025) } },
      'more than 1024 characters',
    ],
  ])('is not called with %s', async (_, more, said) => {
    const reason = await reasonAgainst({ FunctionArn: PLAIN, ...more })
    expect(reason).toContain('InvalidRequest: ')
    expect(reason).toContain(said)
  })

  it('that is called by its partial ARN is found', async () => {
    expect(await reasonAgainst({ FunctionArn: `${ACCOUNT}:function:plain:v1` })).toBe('')
  })
})
