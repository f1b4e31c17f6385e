import { setImmediate as nextTurn } from 'node:timers/promises'
import type { StartServerOptions, TestServer } from 'holdfast'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createBucket, listKeys } from '../support/buckets.ts'
import { RawConnection, type SocketAnswer } from '../support/raw-connection.ts'
import { errorCodeOf, rawRequest } from '../support/raw-request.ts'
import { queryRequest } from '../support/query-request.ts'
import { startTestServer } from '../support/server.ts'
import { signHeaders } from '../support/signature-v4.ts'

/*
 * What may be held, and how long, for those who only say that they will send something. No body is sent in the first
 * part: an answer that comes was made from the head alone.
 */

const bucket = 'strangers'
const WITHIN_MILLISECONDS = 10_000
const MEBIBYTE = 1024 * 1024

let server: TestServer
let cleanup: AsyncDisposableStack
beforeEach(() => {
  cleanup = new AsyncDisposableStack()
})
afterEach(() => cleanup.disposeAsync())

async function start(options: StartServerOptions = {}): Promise<void> {
  server = cleanup.use(await startTestServer(options))
  await createBucket(server, bucket)
}

async function connect(): Promise<RawConnection> {
  return cleanup.use(await RawConnection.open(server.port))
}

interface Head {
  readonly method?: string
  readonly target?: string
  readonly sizeBytes: number
  readonly headers?: Readonly<Record<string, string>>
  readonly isSigned?: boolean
}

function headOf({ method = 'POST', target = '/', sizeBytes, headers = {}, isSigned = false }: Head): string {
  const all = { host: new URL(server.url).host, 'content-length': String(sizeBytes), ...headers }
  const [path = '', query = ''] = target.split('?')
  const { credentials } = server
  const request = { method, path, query, headers: all, credentials, date: server.clock.now() }
  const sent = isSigned ? signHeaders(request, 'UNSIGNED-PAYLOAD').headers : all
  const lines = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`
}

async function answerTo(head: Head): Promise<SocketAnswer | undefined> {
  const connection = await connect()
  await connection.write(headOf(head))
  return connection.answer()
}

describe('from the head alone', () => {
  const sizeBytes = 8 * MEBIBYTE
  const deletion = { target: `/${bucket}?delete=`, sizeBytes }

  it('strangers are refused who delete many objects', async () => {
    await start()
    const answer = await answerTo(deletion)
    expect([answer?.status, errorCodeOf(answer?.text ?? '')]).toEqual([403, 'AccessDenied'])
  })

  it('nobody is asked to go on who will be refused', async () => {
    await start()
    const connection = await connect()
    await connection.write(headOf({ ...deletion, headers: { expect: '100-continue' } }))
    expect((await connection.answer())?.status).toBe(403)
    expect(connection.received).not.toContain('100 Continue')
  })

  it('strangers are refused who tag where a policy asks for tags', async () => {
    await start()
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: '100000000002' },
      Action: 's3:PutObjectTagging',
      Resource: `arn:aws:s3:::${bucket}/*`,
      Condition: { StringEquals: { 's3:RequestObjectTag/a': 'b' } },
    }
    const body = JSON.stringify({ Version: '2012-10-17', Statement: statement })
    const put = await rawRequest(server, { method: 'PUT', path: `/${bucket}`, query: 'policy=', body })
    expect(put.status).toBe(204)
    const answer = await answerTo({ method: 'PUT', target: `/${bucket}/k?tagging=`, sizeBytes })
    expect([answer?.status, errorCodeOf(answer?.text ?? '')]).toEqual([403, 'AccessDenied'])
  })

  it.each([
    ['no signature', {}, 'MissingAuthenticationTokenException'],
    ['a key that nobody has', { key: 'NOBODYSACCESSKEY0001' }, 'UnrecognizedClientException'],
    ['a time that is over', { date: '20200101T000000Z' }, 'InvalidSignatureException'],
  ])('the key service refuses %s', async (_name, claim: { key?: string; date?: string }, expected) => {
    await start()
    const { key = server.credentials.accessKeyId, date } = claim
    const now = server.clock
      .now()
      .toISOString()
      .replaceAll(/[-:]|\.\d+/g, '')
    const time = date ?? now
    const authorization =
      `AWS4-HMAC-SHA256 Credential=${key}/${time.slice(0, 8)}/${server.region}/kms/aws4_request, ` +
      `SignedHeaders=host;x-amz-date;x-amz-target, Signature=${'0'.repeat(64)}`
    const signed = Object.keys(claim).length > 0 && { authorization, 'x-amz-date': time }
    const headers = { 'x-amz-target': 'TrentService.ListKeys', ...signed }
    const answer = await answerTo({ sizeBytes: MEBIBYTE, headers })
    expect(answer?.status).toBe(400)
    expect(JSON.parse(answer?.text ?? '{}')).toMatchObject({ __type: expected })
  })

  it('the key service refuses what is too long', async () => {
    await start()
    const headers = { 'x-amz-target': 'TrentService.ListKeys' }
    expect((await answerTo({ sizeBytes: MEBIBYTE + 1, headers }))?.status).toBe(413)
  })

  it('the endpoint of explanations refuses strangers', async () => {
    await start()
    expect((await answerTo({ target: '/-/explain', sizeBytes: 60_000 }))?.status).toBe(403)
  })
})

describe('documents', () => {
  const head = { target: `/${bucket}?delete=`, sizeBytes: 6 * MEBIBYTE, isSigned: true }

  it('have room together, and beyond it are SlowDown; what is given up makes room', async () => {
    await start({ limits: { documentMegabytes: 8 } })
    const first = await connect()
    await first.write(headOf(head))
    await first.write(Buffer.alloc(5 * MEBIBYTE, 'a'))
    const second = await connect()
    await second.write(headOf(head))
    await second.write(Buffer.alloc(5 * MEBIBYTE, 'a'))
    const refused = await Promise.race([second.answer(), first.answer()])
    expect([refused?.status, errorCodeOf(refused?.text ?? '')]).toEqual([503, 'SlowDown'])
    first[Symbol.dispose]()
    second[Symbol.dispose]()
    await expect.poll(() => deletion(4 * MEBIBYTE)).toBe(400)
  })

  /** A document that is malformed is read to its end. */
  async function deletion(sizeBytes: number): Promise<number> {
    const request = { method: 'POST', path: `/${bucket}`, query: 'delete=', body: 'a'.repeat(sizeBytes) }
    const headers = { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }
    return (await rawRequest(server, { ...request, headers })).status
  }

  it('of those who do not sign lock nobody out of IAM', async () => {
    await start({ limits: { documentMegabytes: 8 } })
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const strangers = await Promise.all(Array.from({ length: 32 }, connect))
    for (const connection of strangers) {
      await connection.write(headOf({ sizeBytes: 65_500, headers }))
      await connection.write(Buffer.alloc(65_000, 'a'))
    }
    // Of 32 there is room for 16, in half of a quarter of all.
    await expect.poll(() => strangers.filter(({ received }) => received !== '').length).toBe(16)
    const PolicyDocument = `{"Statement":[]}${' '.repeat(20_000)}`
    const answer = await queryRequest(server, 'iam', {
      Action: 'CreatePolicy',
      PolicyName: 'p',
      PolicyDocument,
    })
    expect(errorCodeOf(answer.text)).toBe('MalformedPolicyDocument')
  })

  it('are not waited for longer than the setting says', async () => {
    await start({ limits: { documentSeconds: 90 } })
    const connection = await connect()
    await connection.write(headOf(head))
    await connection.write(Buffer.alloc(MEBIBYTE, 'a'))
    await waited(85)
    expect(connection.received).toBe('')
    await waited(10)
    await expectTimeout(connection)
  })
})

/** So many seconds pass, a second at a time. */
async function waited(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    // Whatever was sent has to be read, and the watch to go to sleep again.
    for (let turn = 0; turn < 5; turn++) await nextTurn()
    server.clock.advance(1000)
  }
}

async function expectTimeout(connection: RawConnection): Promise<void> {
  const [answer] = await connection.answersUntilClosed(WITHIN_MILLISECONDS)
  expect([answer?.status, errorCodeOf(answer?.text ?? '')]).toEqual([400, 'RequestTimeout'])
}

describe('the body of an object', () => {
  const head = { method: 'PUT', target: `/${bucket}/k`, isSigned: true }

  it('that comes a byte now and then has an end', async () => {
    await start()
    const connection = await connect()
    await connection.write(headOf({ ...head, sizeBytes: 1000 }))
    for (let drop = 0; drop < 4; drop++) {
      await connection.write('a')
      await waited(25)
    }
    await expectTimeout(connection)
    expect(await listKeys(server, bucket)).toEqual([])
  })

  it('that comes fast enough may take its time', async () => {
    await start({ limits: { leastBytesPerSecond: 100 } })
    const connection = await connect()
    await connection.write(headOf({ ...head, sizeBytes: 20 * 3000 }))
    for (let piece = 0; piece < 20; piece++) {
      await connection.write('a'.repeat(3000))
      await waited(25)
    }
    expect((await connection.answer())?.status).toBe(200)
  })
})
