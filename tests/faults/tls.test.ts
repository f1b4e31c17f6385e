import { once } from 'node:events'
import { connect as connectPlain, type Socket } from 'node:net'
import { connect, type SecureVersion } from 'node:tls'
import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { certificateTexts } from '../support/certificate.ts'
import { startTestServer } from '../support/server.ts'

const HANDSHAKE_MILLISECONDS = 400
let server: TestServer
let tls: { cert: string; key: string }
beforeAll(async () => {
  const timeouts = { headersMilliseconds: HANDSHAKE_MILLISECONDS }
  tls = await certificateTexts('localhost')
  server = await startTestServer({ tls, timeouts })
  return () => server[Symbol.asyncDispose]()
})

/** The version that is agreed on, or nothing. */
async function agreed(version: SecureVersion, port = server.port): Promise<string | undefined> {
  const versions = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT:@SECLEVEL=0' }
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...versions })
  try {
    await once(socket, 'secureConnect')
    return socket.getProtocol() ?? undefined
  } catch {
    return undefined
  } finally {
    socket.destroy()
  }
}

/** Resolves to what came until the server closed the connection. */
async function receivedUntilClosed(socket: Socket): Promise<string> {
  let received = ''
  socket.on('data', (chunk) => (received += chunk.toString('latin1'))).on('error', () => {})
  await once(socket, 'close')
  return received
}

it('TLS is 1.2 or newer', async () => {
  const versions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const
  expect(await Promise.all(versions.map((version) => agreed(version)))).toEqual([
    undefined,
    undefined,
    'TLSv1.2',
    'TLSv1.3',
  ])
})

it('a connection that does not shake hands ends in the time for a head', async () => {
  const started = performance.now()
  await receivedUntilClosed(connectPlain(server.port, '127.0.0.1'))
  expect(performance.now() - started).toBeLessThan(10_000)
})

it('a handshake under way does not keep a server that ends', async () => {
  await using ending = await startTestServer({ tls })
  const socket = connectPlain(ending.port, '127.0.0.1')
  const received = receivedUntilClosed(socket)
  await once(socket, 'connect')
  await agreed('TLSv1.3', ending.port)
  await ending.drain()
  expect(await received).toBe('')
})

it('plain HTTP is closed at once, and others are served', async () => {
  const socket = connectPlain(server.port, '127.0.0.1')
  socket.write('GET /-/live HTTP/1.1\r\nHost: x\r\n\r\n')
  expect(await receivedUntilClosed(socket)).not.toContain('live')
  expect(await agreed('TLSv1.3')).toBe('TLSv1.3')
})

it.each([
  ['an empty certificate', { cert: '' }, 'no certificate'],
  ['an empty key', { key: '\n' }, 'no private key'],
  ['the key for the certificate', { cert: 'key' }, 'no certificate'],
] as const)('%s refuses the start in words', async (_name, given, words) => {
  const replaced = 'cert' in given && given.cert === 'key' ? { cert: tls.key } : given
  await expect(startTestServer({ tls: { ...tls, ...replaced } })).rejects.toThrow(words)
})

describe('several certificates', () => {
  let one: { cert: string; key: string }
  let other: { cert: string; key: string }
  beforeAll(async () => {
    one = await certificateTexts('one.example.com')
    other = await certificateTexts('*.other.example.com')
  })

  const shown = async (port: number, servername?: string): Promise<string | undefined> => {
    const name = servername === undefined ? {} : { servername }
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...name })
    await once(socket, 'secureConnect')
    const { subject } = socket.getPeerCertificate()
    socket.destroy()
    return String(subject.CN)
  }

  it('are shown by the name that a client asks for, the first one to all others', async () => {
    await using several = await startTestServer({ tls: [tls, one, other] })
    const names = [
      'one.example.com',
      'a.other.example.com',
      'a.b.other.example.com',
      'else.example.com',
      undefined,
    ]
    expect(await Promise.all(names.map((name) => shown(several.port, name)))).toEqual([
      'one.example.com',
      '*.other.example.com',
      'localhost',
      'localhost',
      'localhost',
    ])
  })

  it('are replaced while connections stay', async () => {
    await using several = await startTestServer({ tls })
    const socket = connect({ port: several.port, host: '127.0.0.1', rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    expect(() => several.setCertificates([{ cert: one.cert, key: other.key }])).toThrow('key values mismatch')
    expect(await shown(several.port)).toBe('localhost')
    several.setCertificates([one, tls])
    expect([await shown(several.port), await shown(several.port, 'localhost')]).toEqual([
      'one.example.com',
      'one.example.com',
    ])
    socket.write('GET /-/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    expect(await receivedUntilClosed(socket)).toContain('200 OK')
    await expect(agreed('TLSv1.1', several.port)).resolves.toBeUndefined()
  })
})
