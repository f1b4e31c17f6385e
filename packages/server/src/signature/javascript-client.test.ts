/** Requests that the AWS SDK for JavaScript signs, as they come off the wire. */
import { createServer, type IncomingMessage, request, type Server } from 'node:http'
import {
  CopyObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { mainCredentials } from '../../../../tests/support/accounts.ts'
import { listen } from '../../../../tests/support/listen.ts'
import { s3Client } from '../../../../tests/support/s3-client.ts'
import { awkwardKeys } from '../../../../tests/support/awkward-keys.ts'
import type { RequestHead } from '../base/request-head.ts'
import { SigningKeyCache } from './signing-key.ts'
import { type Authentication, verifySignature } from './verify-signature.ts'

let server: Server
let client: S3Client
let heads: RequestHead[] = []

function headOf(request: IncomingMessage): RequestHead {
  const [path = '', query = ''] = (request.url ?? '').split('?')
  const headers = request.headers as Record<string, string | undefined>
  return { method: request.method ?? '', path, query, headers }
}

beforeAll(async () => {
  server = createServer((request, response) => {
    heads.push(headOf(request))
    request.resume().on('end', () => response.end())
  })
  client = s3Client({ url: await listen(server), credentials: mainCredentials })
})
afterAll(() => {
  client.destroy()
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  heads = []
})

const keys = new SigningKeyCache()
async function verify(head: RequestHead): Promise<Authentication> {
  return verifySignature(head, {
    region: 'us-east-1',
    now: new Date(),
    keys,
    findCredential: () => mainCredentials,
  })
}

async function verifyAll(): Promise<string[]> {
  return (await Promise.all(heads.map(verify))).map(({ kind }) => kind)
}

/** Sends a URL as it is; fetch would take the dot segments out of its path. */
function send(method: string, url: string, body = ''): Promise<void> {
  const [, origin = '', path = ''] = /^(http:\/\/[^/]+)(.*)$/.exec(url) ?? []
  return new Promise((resolve, reject) => {
    const sent = request(origin, { method, path }, (response) => response.resume().on('end', resolve))
    sent.on('error', reject).end(body)
  })
}

describe('the JavaScript client', () => {
  it('puts keys of all kinds', async () => {
    for (const Key of awkwardKeys)
      await client.send(new PutObjectCommand({ Bucket: 'bucket', Key, Body: 'x' }))
    expect(await verifyAll()).toEqual(awkwardKeys.map(() => 'signed'))
  })

  it('lists with parameters of all kinds', async () => {
    const lists = awkwardKeys.map((Prefix) => ({ Bucket: 'bucket', Prefix, Delimiter: '/', MaxKeys: 3 }))
    for (const list of lists) await client.send(new ListObjectsV2Command(list))
    expect(await verifyAll()).toEqual(awkwardKeys.map(() => 'signed'))
  })

  it('sends metadata and a copy source', async () => {
    const Metadata = { a: 'b  c', 'long-name': ' d\te ' }
    await client.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'k', Body: 'x', Metadata }))
    const copy = { Bucket: 'bucket', Key: 'k', CopySource: 'bucket/a%20b', ContentType: 'a/b; c="d  e"' }
    // The answer is empty, which a copy does not expect; it is the request that counts.
    await client.send(new CopyObjectCommand(copy)).catch(() => undefined)
    expect(await verifyAll()).toEqual(['signed', 'signed'])
  })

  it('presigns', async () => {
    for (const Key of awkwardKeys) {
      const get = { Bucket: 'bucket', Key, ResponseContentDisposition: 'attachment; filename="a b+c.txt"' }
      await send('GET', await getSignedUrl(client, new GetObjectCommand(get), { expiresIn: 60 }))
      const put = new PutObjectCommand({ Bucket: 'bucket', Key, ContentType: 'text/plain' })
      await send('PUT', await getSignedUrl(client, put), 'hello')
    }
    expect(await verifyAll()).toEqual(awkwardKeys.flatMap(() => ['signed', 'signed']))
  })
})
