import * as https from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  CertificateAuthority,
  type ShownCertificates,
  thumbprintOf,
} from '../../../../tests/support/certificate-authority.ts'
import { freePort } from '../../../../tests/support/free-port.ts'
import { listen } from '../../../../tests/support/listen.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../../../../tests/support/temporary-directory.ts'
import { ProviderFailure, type ProviderTrust } from '../federation/provider-documents.ts'
import { HttpsDocuments } from './https-documents.ts'
import { publicLookup } from './public-lookup.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

let folder: TemporaryDirectory
let authority: CertificateAuthority
let good: ShownCertificates
let middle: string
const servers: https.Server[] = []

beforeAll(async () => {
  folder = await temporaryDirectory()
  authority = await CertificateAuthority.make(folder.path)
  good = await authority.issue()
  middle = thumbprintOf(await authority.middle)
})
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})
afterAll(() => folder[Symbol.asyncDispose]())

async function serve(answer: Answer, certificates = good): Promise<URL> {
  const server = https.createServer({ ...certificates }, answer)
  servers.push(server)
  const { port } = new URL(await listen(server))
  return new URL(`https://localhost:${port}/document`)
}

const says = (text: string) => (_: unknown, response: ServerResponse) => void response.end(text)

/** What is read, or why it is not. */
async function read(url: URL, trust: Partial<ProviderTrust> = {}, options = {}): Promise<string> {
  const documents = new HttpsDocuments({ timeoutMilliseconds: 2000, ...options })
  try {
    const bytes = await documents.read(url, { mayBePrivate: true, thumbprints: [middle], ...trust })
    return Buffer.from(bytes).toString()
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error
    return `${error.kind}: ${error.message.replace(url.host, 'it')}`
  }
}

describe('a server whose authority nobody knows', () => {
  it('is believed where a thumbprint vouches for its authority, or for itself', async () => {
    const url = await serve(says('hello'))
    expect(await read(url)).toBe('hello')
    expect(await read(url, { thumbprints: ['0'.repeat(40), middle.toUpperCase()] })).toBe('hello')
    expect(await read(url, { thumbprints: [thumbprintOf(good.cert)] })).toBe('hello')
  })

  it('is not believed where none does, and is sent nothing', async () => {
    let requests = 0
    const url = await serve((_, response) => void (requests++, response.end('hello')))
    const refused = 'unreachable: it could not be reached (UNABLE_TO_GET_ISSUER_CERT_LOCALLY)'
    for (const thumbprints of [[], ['0'.repeat(40)], [thumbprintOf(await authority.root)]]) {
      expect(
        (await read(url, { thumbprints })).replace('VERIFY_LEAF_SIGNATURE', 'GET_ISSUER_CERT_LOCALLY'),
      ).toBe(refused)
    }
    expect(requests).toBe(0)
  })

  it('is not believed for showing a certificate that did not sign its own', async () => {
    await using elsewhere = await temporaryDirectory()
    const others = await (await CertificateAuthority.make(elsewhere.path)).issue()
    const [own = ''] = others.cert.split(/(?<=-----END CERTIFICATE-----\n)/)
    const url = await serve(says('hello'), { cert: own + (await authority.middle), key: others.key })
    expect(await read(url)).toMatch(/^unreachable/)
  })

  it('is not believed under another name, nor after its time', async () => {
    const named = await serve(says('hello'), await authority.issue('DNS:other.example.com'))
    expect(await read(named)).toBe('unreachable: it could not be reached (ERR_TLS_CERT_ALTNAME_INVALID)')
    const old = await serve(says('hello'), await authority.issue('DNS:localhost', -1))
    expect(await read(old)).toBe('unreachable: it could not be reached (CERT_HAS_EXPIRED)')
  })

  it('has a thumbprint, of the last certificate that it shows', async () => {
    const url = await serve(says('hello'))
    const documents = new HttpsDocuments()
    expect(await documents.topThumbprint(url, { mayBePrivate: true })).toBe(middle)
    const nowhere = new URL(`https://localhost:${await freePort()}/`)
    for (const [other, mayBePrivate] of [
      [nowhere, true],
      [url, false],
    ] as const) {
      await expect(documents.topThumbprint(other, { mayBePrivate })).rejects.toMatchObject({
        kind: 'unreachable',
      })
    }
  })
})

describe('an answer', () => {
  it.each([
    [301, 'unusable'],
    [302, 'unusable'],
    [404, 'unusable'],
    [204, 'unusable'],
    [429, 'unreachable'],
    [500, 'unreachable'],
    [503, 'unreachable'],
  ])('%i is none, and is followed nowhere', async (status, kind) => {
    let requests = 0
    const url = await serve((request, response) => {
      requests++
      response.writeHead(status, { location: `https://${request.headers.host}/other` }).end('hello')
    })
    expect(await read(url)).toBe(`${kind}: it answered ${status}`)
    expect(requests).toBe(1)
  })

  it('has 64 KiB at the most', async () => {
    expect(await read(await serve(says('x'.repeat(65_536))))).toHaveLength(65_536)
    const tooLarge = 'unusable: it answered with more than 64 KiB'
    expect(await read(await serve(says('x'.repeat(65_537))))).toBe(tooLarge)
    const endless = await serve((_, response) => {
      const write = () =>
        void (response.destroyed || response.write('x'.repeat(4096), () => setImmediate(write)))
      write()
    })
    expect(await read(endless)).toBe(tooLarge)
  })

  it('comes in time', async () => {
    const late = 'unreachable: it could not be reached (no answer in time)'
    const options = { timeoutMilliseconds: 200 }
    expect(await read(await serve(() => {}), {}, options)).toBe(late)
    const slow = await serve((_, response) => void response.writeHead(200).write('x'))
    expect(await read(slow, {}, options)).toBe(late)
  })

  it('is whole', async () => {
    const cut = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 10 })
      response.write('x', () => response.destroy())
    })
    expect(await read(cut)).toMatch(/^unreachable: it could not be reached/)
    expect(await read(await serve((_, response) => response.destroy()))).toMatch(/^unreachable/)
    expect(await read(new URL(`https://localhost:${await freePort()}/`))).toMatch(/^unreachable/)
  })
})

describe('a private address', () => {
  const refused =
    'unreachable: it leads to a private address; "privateIdentityProviders" in the config allows that'

  it.each([
    'localhost',
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '169.254.169.254',
    '10.0.0.1',
  ])('is not asked: %s', async (host) => {
    const { port } = await serve(says('hello'))
    expect(await read(new URL(`https://${host}:${port}/`), { mayBePrivate: false })).toBe(refused)
  })

  it('is not asked where a name that was public leads to it later', async () => {
    const addresses = ['192.0.2.1', '127.0.0.1']
    const { port } = await serve(says('hello'))
    const url = new URL(`https://ci.example.com:${port}/`)
    const lookup = publicLookup((_, found) => found(null, [{ address: addresses.shift() ?? '', family: 4 }]))
    await new Promise((resolve) => lookup('ci.example.com', {}, resolve))
    expect(await read(url, { mayBePrivate: false }, { lookup })).toBe(refused)
    expect(addresses).toEqual([])
  })
})
