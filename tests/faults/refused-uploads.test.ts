import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { TestServer } from 'holdfast'
import { beforeEach, describe, expect, it } from 'vitest'
import { requireCommand } from '../support/require-command.ts'
import { runCommand } from '../support/run-command.ts'
import { startTestServer } from '../support/server.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const LINGER_MILLISECONDS = 400
const MEBIBYTE = 1024 * 1024

let server: TestServer
beforeEach(async () => {
  server = await startTestServer({ timeouts: { lingerMilliseconds: LINGER_MILLISECONDS } })
  return () => server[Symbol.asyncDispose]()
})

interface Sender extends Disposable {
  readonly socket: Socket
  /** Everything that came so far. */
  received: string
  /** What went wrong with the connection, as the client sees it. */
  readonly errors: Error[]
  ended: boolean
}

async function open(): Promise<Sender> {
  const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true })
  await once(socket, 'connect')
  const sender: Sender = {
    socket,
    received: '',
    errors: [],
    ended: false,
    [Symbol.dispose]: () => socket.destroy(),
  }
  socket.on('data', (chunk: Buffer) => (sender.received += chunk.toString('latin1')))
  socket.on('error', (error) => sender.errors.push(error))
  socket.on('end', () => (sender.ended = true))
  return sender
}

/** Goes on writing until so many bytes have left after the answer came. */
async function writeOn(sender: Sender, bytesAfterAnswer: number): Promise<void> {
  const chunk = new Uint8Array(65_536)
  for (let left = bytesAfterAnswer; left > 0 && sender.errors.length === 0;) {
    if (sender.received.includes('\r\n\r\n')) left -= chunk.length
    await new Promise<void>((resolve) => sender.socket.write(chunk, () => resolve()))
  }
}

const endless = 'PUT /nowhere/k HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n'

const refused: readonly (readonly [name: string, head: string, answer: RegExp])[] = [
  ['an upload into no bucket', endless, /^HTTP\/1\.1 404 [\s\S]*<Code>NoSuchBucket<\/Code>/],
  [
    'an upload in chunks',
    'PUT /nowhere/k HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3b9aca00\r\n',
    /^HTTP\/1\.1 [45]\d\d [\s\S]*<Code>/,
  ],
  [
    'a request with two lengths',
    'PUT /b/k HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\nContent-Length: 5000001\r\n\r\n',
    /^HTTP\/1\.1 400 Bad Request\r\n/,
  ],
  ['what is no HTTP', 'Hello\r\n\r\n', /^HTTP\/1\.1 400 Bad Request\r\n/],
]

describe('a client that goes on writing when it has been refused', () => {
  it.each(refused)('%s: reads the answer and sees no reset', async (_, head, answer) => {
    using sender = await open()
    sender.socket.write(head)
    await writeOn(sender, 4 * MEBIBYTE)
    expect(sender.errors).toEqual([])
    expect(sender.received).toMatch(answer)
    sender.socket.end()
    await once(sender.socket, 'close')
    expect(sender.errors).toEqual([])
  })

  it('is told by an end of the connection that its answer is the last', async () => {
    using sender = await open()
    sender.socket.write(endless)
    await writeOn(sender, MEBIBYTE)
    expect(sender.received).toMatch(/\r\nConnection: close\r\n/i)
    expect(sender.ended).toBe(true)
  })

  it('is cut off when it never ends', async () => {
    using sender = await open()
    sender.socket.write(endless)
    const giveUpMilliseconds = Date.now() + 15_000
    while (sender.errors.length === 0 && Date.now() < giveUpMilliseconds) {
      await new Promise<void>((resolve) => sender.socket.write('x', () => resolve()))
      await delay(20)
    }
    expect(sender.errors).toHaveLength(1)
  })

  it('is cut off when it falls silent', async () => {
    using sender = await open()
    sender.socket.write(endless)
    await writeOn(sender, MEBIBYTE)
    // Only a write shows that the other side is gone, when it was answered by a reset.
    const giveUpMilliseconds = Date.now() + 15_000
    while (sender.errors.length === 0 && Date.now() < giveUpMilliseconds) {
      await delay(2 * LINGER_MILLISECONDS)
      sender.socket.write('x')
    }
    expect(sender.errors).toHaveLength(1)
  })
})

const python = `
import http.client, sys
connection = http.client.HTTPConnection('127.0.0.1', int(sys.argv[1]))
body = (bytes(65536) for _ in range(1024))
connection.request('PUT', '/nowhere/key', body, {'Content-Length': str(64 * 1024 * 1024)})
answer = connection.getresponse()
print(answer.status, answer.read().decode())
`

const java = `
import java.net.*;
public class Refused {
  public static void main(String[] arguments) throws Exception {
    var url = new URI("http://127.0.0.1:" + arguments[0] + "/nowhere/key").toURL();
    var connection = (HttpURLConnection) url.openConnection();
    connection.setRequestMethod("PUT");
    connection.setDoOutput(true);
    connection.setFixedLengthStreamingMode(64L * 1024 * 1024);
    try (var out = connection.getOutputStream()) {
      for (int i = 0; i < 1024; i++) out.write(new byte[65536]);
    }
    System.out.println(connection.getResponseCode() + " " + new String(connection.getErrorStream().readAllBytes()));
  }
}
`

describe('clients that write first and read later', () => {
  it("Python's http.client reads its refusal", async (context) => {
    await requireCommand(context, 'python3')
    const { stdout } = await runCommand('python3', ['-c', python, String(server.port)])
    expect(String(stdout)).toMatch(/^404 [\s\S]*<Code>NoSuchBucket/)
  })

  it("Java's HttpURLConnection reads its refusal", async (context) => {
    await requireCommand(context, 'java')
    await using folder = await temporaryDirectory()
    await writeFile(`${folder.path}/Refused.java`, java)
    const { stdout } = await runCommand('java', [`${folder.path}/Refused.java`, String(server.port)])
    expect(String(stdout)).toMatch(/^404 [\s\S]*<Code>NoSuchBucket/)
  })
})
