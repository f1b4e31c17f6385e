import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { mainCredentials } from './accounts.ts'
import { RawConnection } from './raw-connection.ts'
import { errorCodeOf, rawRequest, xmlTexts } from './raw-request.ts'

/** Answers every request with what came. */
async function echoServer() {
  const server = createServer((request, response) => {
    request.setEncoding('utf8')
    let body = ''
    request.on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      const { method, url, headers } = request
      response.end(JSON.stringify({ method, url, headers, body }))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    credentials: mainCredentials,
    [Symbol.dispose]: () => void server.close(),
  }
}

interface Echo {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

describe('rawRequest', () => {
  it('sends path and query as given, and signs', async () => {
    using server = await echoServer()
    const answer = await rawRequest(server, {
      method: 'PUT',
      path: '/b//a/../%2B',
      query: 'acl&x=%20',
      body: 'hello',
    })
    const echo = JSON.parse(answer.text) as Echo
    expect(echo).toMatchObject({ url: '/b//a/../%2B?acl&x=%20', body: 'hello' })
    expect(echo.headers['authorization']).toMatch(
      /^AWS4-HMAC-SHA256 Credential=HOLDFASTMAINKEY00001\/\d{8}\/us-east-1\/s3\/aws4_request,/,
    )
  })

  it('streams a body without a length', async () => {
    using server = await echoServer()
    async function* body() {
      yield Buffer.from('one ')
      yield Buffer.from('two')
    }
    const answer = await rawRequest(server, { method: 'PUT', path: '/b/k', body: body() })
    expect(JSON.parse(answer.text)).toMatchObject({
      body: 'one two',
      headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', 'transfer-encoding': 'chunked' },
    })
  })

  it('sends no signature when anonymous, and one in the query when presigned', async () => {
    using server = await echoServer()
    const anonymous = await rawRequest(server, { path: '/b/k', anonymous: true })
    expect((JSON.parse(anonymous.text) as Echo).headers).not.toHaveProperty('authorization')
    const presigned = await rawRequest(server, { path: '/b/k', presigned: { expiresSeconds: 60 } })
    expect((JSON.parse(presigned.text) as Echo).url).toMatch(
      /X-Amz-Expires=60.*&X-Amz-Signature=[0-9a-f]{64}$/,
    )
  })
})

describe('RawConnection', () => {
  it('tells several answers apart', async () => {
    using server = await echoServer()
    using connection = await RawConnection.open(server.port)
    const head = 'Host: x\r\n'
    await connection.write(
      `GET /1 HTTP/1.1\r\n${head}\r\nGET /2 HTTP/1.1\r\n${head}Connection: close\r\n\r\n`,
    )
    const answers = await connection.answersUntilClosed()
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(answers.map(({ text }) => /"url":"(..)"/.exec(text)?.[1])).toEqual(['/1', '/2'])
  })
})

describe('reading XML', () => {
  it('finds the code of an error document only', () => {
    expect(errorCodeOf('<?xml version="1.0"?>\n<Error><Code>NoSuchKey</Code></Error>')).toBe('NoSuchKey')
    expect(errorCodeOf('<Code>NoSuchKey</Code>')).toBeUndefined()
  })
  it('decodes entities', () => {
    expect(xmlTexts('<K>a&amp;b&#x20;&#233;</K><K>&lt;&unknown;</K>', 'K')).toEqual(['a&b é', '<&unknown;'])
  })
})
