import { hash } from 'node:crypto'
import { GenerateRandomCommand, ListKeysCommand } from '@aws-sdk/client-kms'
import type { TestServer } from 'holdfast'
import { beforeAll, expect, it } from 'vitest'
import { kmsClient } from '../../support/kms-client.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  return () => server[Symbol.asyncDispose]()
})

const target = (operation: string) => ({ 'x-amz-target': `TrentService.${operation}` })

it('answers as JSON 1.1', async () => {
  const client = kmsClient(server)
  const answer = await client.send(new GenerateRandomCommand({ NumberOfBytes: 1 }))
  expect(answer.$metadata).toMatchObject({ httpStatusCode: 200 })
})

it('refuses a request without a signature, in JSON', async () => {
  const request = { method: 'POST', path: '/', headers: target('ListKeys'), body: '{}', anonymous: true }
  const answer = await rawRequest(server, request)
  expect([answer.status, answer.headers['content-type']]).toEqual([400, 'application/x-amz-json-1.1'])
  expect(JSON.parse(answer.text)).toMatchObject({ __type: 'MissingAuthenticationTokenException' })
})

it('names the request in the header that AWS has for it there', async () => {
  const request = { method: 'POST', path: '/', headers: target('ListKeys'), body: '{}', anonymous: true }
  const { headers } = await rawRequest(server, request)
  expect(headers['x-amzn-requestid']).toMatch(/^[0-9A-F]{16}$/)
  expect(headers['x-amz-request-id']).toBe(headers['x-amzn-requestid'])
})

it('answers at the root with slashes too many', async () => {
  const request = { method: 'POST', path: '//', headers: target('ListKeys'), body: '{}', service: 'kms' }
  expect((await rawRequest(server, request)).status).toBe(200)
})

it('refuses a signature that is meant for S3', async () => {
  const answer = await rawRequest(server, {
    method: 'POST',
    path: '/',
    headers: target('ListKeys'),
    body: '{}',
  })
  expect(JSON.parse(answer.text)).toMatchObject({ __type: 'IncompleteSignatureException' })
})

it.each([
  ['UnrecognizedClientException', { accessKeyId: 'HOLDFASTNOBODYSKEY01', secretAccessKey: 'x'.repeat(40) }],
  ['InvalidSignatureException', { accessKeyId: 'HOLDFASTMAINKEY00001', secretAccessKey: 'x'.repeat(40) }],
])('says %s', async (name, credentials) => {
  const asking = kmsClient(server, credentials).send(new ListKeysCommand({}))
  await expect(asking).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } })
})

it('holds a body to its signature', async () => {
  const client = kmsClient(server)
  client.middlewareStack.add(
    (next) => (input) => {
      const { request } = input as { request: { body: string } }
      request.body = '{"NumberOfBytes":2}'
      return next(input)
    },
    { step: 'finalizeRequest', priority: 'low' },
  )
  const asking = client.send(new GenerateRandomCommand({ NumberOfBytes: 1 }))
  await expect(asking).rejects.toMatchObject({ name: 'InvalidSignatureException' })
})

it('does not disturb S3, whose clients may send any header', async () => {
  const headers = { 'x-amz-target': 'Something.Else', 'x-amz-content-sha256': hash('sha256', '', 'hex') }
  expect(await rawRequest(server, { path: '/', headers })).toMatchObject({ status: 200 })
})
