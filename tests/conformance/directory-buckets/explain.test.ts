import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { mainAccount, otherAccount, testRegion } from '../../support/accounts.ts'
import { createBucket } from '../../support/buckets.ts'
import { makeUser } from '../../support/identity-clients.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'
import { expectSuccess } from '../objects/object-room.ts'
import { createDirectoryBucket, directoryName } from './directory-room.ts'

let server: TestServer
let bucket: string
beforeAll(async () => {
  server = await startTestServer()
  bucket = await createDirectoryBucket(server, 'explained')
  await makeUser(server, 'reader', {
    Effect: 'Allow',
    Action: 's3express:CreateSession',
    Resource: arnOf(bucket),
    Condition: { StringEquals: { 's3express:SessionMode': 'ReadOnly' } },
  })
  await makeUser(server, 'deleter', { Effect: 'Allow', Action: 's3express:DeleteBucket', Resource: '*' })
  await createBucket(server, 'general')
  return () => server[Symbol.asyncDispose]()
})

const arnOf = (name: string) => `arn:aws:s3express:${testRegion}:${mainAccount.id}:bucket/${name}`
const READER = `arn:aws:iam::${mainAccount.id}:user/reader`
const DELETER = `arn:aws:iam::${mainAccount.id}:user/deleter`

async function isAllowed(question: object): Promise<boolean> {
  const asked = { action: 's3express:CreateSession', resource: arnOf(bucket), ...question }
  const body = JSON.stringify(asked)
  const answer = await rawRequest(server, { method: 'POST', path: '/-/explain', body })
  expectSuccess(answer)
  return (JSON.parse(answer.text) as { readonly allowed: boolean }).allowed
}

describe('POST /-/explain', () => {
  it.each<[string, object, boolean]>([
    ['the owner', { principal: mainAccount.id }, true],
    ['another account', { principal: otherAccount.id }, false],
    ['anonymous', { principal: 'anonymous' }, false],
    ['a reader', { principal: READER, context: { 's3express:SessionMode': 'ReadOnly' } }, true],
    ['a reader who names no mode', { principal: READER }, true],
    ['nobody without a mode', { principal: DELETER }, false],
    ['a writer', { principal: READER, context: { 's3express:SessionMode': 'ReadWrite' } }, false],
    ['who deletes', { principal: READER, action: 's3express:DeleteBucket' }, false],
    [
      'the owner of a general purpose bucket',
      { principal: mainAccount.id, resource: 'arn:aws:s3:::general' },
      false,
    ],
    [
      'who deletes a general purpose bucket',
      { principal: mainAccount.id, resource: 'arn:aws:s3:::general', action: 's3express:DeleteBucket' },
      false,
    ],
    ['who owns and deletes', { principal: mainAccount.id, action: 's3express:DeleteBucket' }, true],
  ])('tells what %s may', async (_, question, expected) => {
    expect(await isAllowed(question)).toBe(expected)
  })

  it.each([
    arnOf(directoryName('absent')),
    arnOf(directoryName('explained')).replace(testRegion, 'eu-west-3'),
    arnOf(directoryName('explained')).replace(mainAccount.id, otherAccount.id),
  ])('tells of buckets that are not there that they are not: %s', async (resource) => {
    const question = { principal: mainAccount.id, action: 's3express:CreateSession', resource }
    const body = JSON.stringify(question)
    const answer = await rawRequest(server, { method: 'POST', path: '/-/explain', body })
    expect([answer.status, answer.errorCode]).toEqual([404, 'NoSuchBucket'])
  })
})
