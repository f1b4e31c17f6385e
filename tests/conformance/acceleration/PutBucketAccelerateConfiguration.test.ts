import {
  GetBucketAccelerateConfigurationCommand,
  PutBucketAccelerateConfigurationCommand,
} from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { type RawRequest, rawRequest } from '../../support/raw-request.ts'
import { AccessRoom } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'
import { ACCELERATE, accelerateXml, accelerating } from './acceleration-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open({ domains: ['s3.localhost'] })
  return () => room[Symbol.asyncDispose]()
})

describeBucketRequest(() => room, { method: 'PUT', ...accelerating('Enabled') })

it('turns acceleration on and off for the SDK', async () => {
  const Bucket = await room.bucket()
  const client = room.client()
  for (const Status of ['Enabled', 'Suspended'] as const) {
    const AccelerateConfiguration = { Status }
    await client.send(new PutBucketAccelerateConfigurationCommand({ Bucket, AccelerateConfiguration }))
    const got = await client.send(new GetBucketAccelerateConfigurationCommand({ Bucket }))
    expect(got.Status).toBe(Status)
  }
  client.destroy()
})

it.each([
  ['nothing', '', 'MissingRequestBodyError'],
  ['no status', accelerateXml(''), 'MalformedXML'],
  ['another status', accelerateXml('<Status>Disabled</Status>'), 'MalformedXML'],
  ['no XML', 'Enabled', 'MalformedXML'],
])('refuses %s', async (_, body, code) => {
  const bucket = await room.bucket()
  const answer = await room.ask('owner', 'PUT', bucket, undefined, {
    ...accelerating('Enabled'),
    body,
    headers: {},
  })
  expectError(answer, 400, code)
})

it('is for no name with a dot', async () => {
  await room.must('owner', 'PUT', 'dotted.name')
  const answer = await room.ask('owner', 'PUT', 'dotted.name', undefined, accelerating('Enabled'))
  expectError(answer, 400, 'InvalidRequest')
  const client = room.client()
  const input = { Bucket: 'dotted.name', AccelerateConfiguration: { Status: 'Enabled' as const } }
  const sent = client.send(new PutBucketAccelerateConfigurationCommand(input))
  expect(await sdkError(sent)).toEqual([400, 'InvalidRequest'])
  client.destroy()
})

it('is for whom a policy allows s3:PutAccelerateConfiguration', async () => {
  const bucket = await room.bucket()
  await room.policy(bucket, { Action: 's3:PutAccelerateConfiguration' })
  expectSuccess(await room.ask('writer', 'PUT', bucket, undefined, accelerating('Enabled')))
  expectError(await room.ask('writer', 'GET', bucket, undefined, { query: ACCELERATE }), 403, 'AccessDenied')
})

describe('the accelerated host', () => {
  const ask = (method: string, subdomain: string, path: string, more: Partial<RawRequest> = {}) => {
    const host = `${subdomain}.s3.localhost:${room.server.port}`
    return rawRequest(room.server, { method, path, headers: { host }, ...more })
  }

  it.each(['s3-accelerate', 's3-accelerate.dualstack'])(
    '%s answers while it is turned on',
    async (endpoint) => {
      const bucket = await room.bucket()
      const host = `${bucket}.${endpoint}`
      expectError(await ask('GET', host, '/key'), 400, 'InvalidRequest')
      await room.must('owner', 'PUT', bucket, undefined, accelerating('Enabled'))
      expectSuccess(await ask('PUT', host, '/folder/key', { body: 'fast' }))
      expect((await room.must('owner', 'GET', bucket, 'folder/key')).text).toBe('fast')
      expect((await ask('GET', host, '/folder/key')).text).toBe('fast')
      await room.must('owner', 'PUT', bucket, undefined, accelerating('Suspended'))
      const refused = await ask('GET', host, '/folder/key')
      expectError(refused, 400, 'InvalidRequest')
      expect(refused.text).toContain('disabled')
    },
  )

  it('makes and deletes no bucket, and lists none', async () => {
    const bucket = await room.bucket()
    await room.must('owner', 'PUT', bucket, undefined, accelerating('Enabled'))
    expectError(await ask('PUT', 'made-fast.s3-accelerate', '/'), 400, 'InvalidRequest')
    expect((await room.ask('owner', 'HEAD', 'made-fast')).status).toBe(404)
    expectError(await ask('DELETE', `${bucket}.s3-accelerate`, '/'), 400, 'InvalidRequest')
    expectError(await ask('GET', 's3-accelerate', '/'), 400, 'InvalidRequest')
  })

  it('lets in nobody whom the other does not', async () => {
    const bucket = await room.bucket()
    await room.must('owner', 'PUT', bucket, undefined, accelerating('Enabled'))
    await room.put(bucket, 'key')
    const answer = await ask('GET', `${bucket}.s3-accelerate`, '/key', { anonymous: true })
    expectError(answer, 403, 'AccessDenied')
  })
})
