import { PutBucketCorsCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { xmlTexts } from '../../support/raw-request.ts'
import { AccessRoom, withMd5 } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'
import { bucketWith, CORS, corsXml, type RuleElements } from './cors-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const put = (body: string, headers = withMd5(body)) => ({ ...CORS, body, headers })

describeBucketRequest(() => room, { method: 'PUT', ...put(corsXml({})) })

it('takes rules from the SDK, in its place those that were there', async () => {
  const Bucket = await bucketWith(room, { ID: 'old', AllowedMethod: ['DELETE'] })
  const client = room.client()
  const rule = { AllowedMethods: ['PUT'], AllowedOrigins: ['https://a.example'], ID: 'new' }
  await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [rule] } }))
  const { text } = await room.must('owner', 'GET', Bucket, undefined, CORS)
  expect([xmlTexts(text, 'ID'), xmlTexts(text, 'AllowedMethod')]).toEqual([['new'], ['PUT']])
  client.destroy()
})

it('answers with nothing', async () => {
  const answer = await room.must('owner', 'PUT', await room.bucket(), undefined, put(corsXml({})))
  expect([answer.status, answer.text]).toEqual([200, ''])
})

it('is for whom a policy allows s3:PutBucketCORS', async () => {
  const bucket = await room.bucket()
  await room.policy(bucket, { Action: 's3:PutBucketCORS' })
  await room.must('writer', 'PUT', bucket, undefined, put(corsXml({})))
  expectError(await room.ask('writer', 'GET', bucket, undefined, CORS), 403, 'AccessDenied')
})

it('needs a checksum, and is held to it', async () => {
  const bucket = await room.bucket()
  const ask = (headers: Record<string, string>) =>
    room.ask('owner', 'PUT', bucket, undefined, put(corsXml({}), headers))
  expectError(await ask({}), 400, 'InvalidRequest')
  expectError(await ask(withMd5('something else')), 400, 'BadDigest')
  expectError(await room.ask('owner', 'GET', bucket, undefined, CORS), 404, 'NoSuchCORSConfiguration')
})

describe('the document', () => {
  const expectRefused = async (body: string, code: string): Promise<string> => {
    const bucket = await room.bucket()
    const headers = { 'content-md5': withMd5(body)['content-md5'] ?? '1B2M2Y8AsgTpgAmY7PhCfg==' }
    const answer = await room.ask('owner', 'PUT', bucket, undefined, put(body, headers))
    const message = expectError(answer, 400, code)('Message')
    expectError(await room.ask('owner', 'GET', bucket, undefined, CORS), 404, 'NoSuchCORSConfiguration')
    return message
  }

  it.each([
    ['nothing', 'MissingRequestBodyError', ''],
    ['no rule', 'MalformedXML', corsXml()],
    ['a rule without origins', 'MalformedXML', corsXml({ AllowedOrigin: [] })],
    ['a rule without methods', 'MalformedXML', corsXml({ AllowedMethod: [] })],
    [
      'a rule with two ages',
      'MalformedXML',
      corsXml({}).replace('</CORSRule>', '<MaxAgeSeconds>1</MaxAgeSeconds>'.repeat(2) + '</CORSRule>'),
    ],
    ['an age that is no number', 'MalformedXML', corsXml({ MaxAgeSeconds: 'long' })],
    ['an unknown element', 'MalformedXML', '<CORSConfiguration><CORSRules/></CORSConfiguration>'],
    ['another document', 'MalformedXML', '<Tagging/>'],
    ['no XML', 'MalformedXML', 'GET'],
  ])('may not have %s', async (_, code, body) => {
    await expectRefused(body, code)
  })

  const unsupported = 'Found unsupported HTTP method in CORS config. Unsupported method is'
  it.each<readonly [RuleElements, string]>([
    [{ AllowedMethod: ['GET', 'PATCH'] }, `${unsupported} PATCH`],
    [{ AllowedMethod: ['OPTIONS'] }, `${unsupported} OPTIONS`],
    [{ AllowedMethod: ['get'] }, `${unsupported} get`],
    [{ AllowedMethod: ['*'] }, `${unsupported} *`],
    [
      { AllowedOrigin: ['*example*.com'] },
      'AllowedOrigin "*example*.com" can not have more than one wildcard.',
    ],
    [{ AllowedHeader: ['x-*-*'] }, 'AllowedHeader "x-*-*" can not have more than one wildcard.'],
    [
      { ExposeHeader: ['ETag', 'x-amz-*'] },
      'ExposeHeader "x-amz-*" contains wildcard. We currently do not support wildcard for ExposeHeader.',
    ],
    [{ ExposeHeader: ['a&#13;&#10;b'] }, 'ExposeHeader "a\r\nb" contains invalid character.'],
    [{ AllowedHeader: ['a b'] }, 'AllowedHeader "a b" contains invalid character.'],
  ])('may not say %j', async (rule, message) => {
    expect(await expectRefused(corsXml({}, rule), 'InvalidRequest')).toBe(message)
  })

  it('has 100 rules at most', async () => {
    const rules = Array.from({ length: 100 }, (_, at) => ({ ID: String(at) }))
    const bucket = await bucketWith(room, ...rules)
    const { text } = await room.must('owner', 'GET', bucket, undefined, CORS)
    expect(xmlTexts(text, 'ID')).toEqual(rules.map(({ ID }) => ID))
    expect(await expectRefused(corsXml(...rules, {}), 'InvalidRequest')).toBe(
      'The number of CORS rules should not exceed allowed limit of 100 rules.',
    )
  })

  it('has ids of 255 characters at most', async () => {
    await bucketWith(room, { ID: 'x'.repeat(255) })
    await expectRefused(corsXml({ ID: 'x'.repeat(256) }), 'InvalidArgument')
  })

  it('has 64 KiB at most', async () => {
    const origins = (count: number) => Array.from({ length: count }, () => 'x'.repeat(1000))
    await bucketWith(room, { AllowedOrigin: origins(63) })
    await expectRefused(corsXml({ AllowedOrigin: origins(66) }), 'MaxMessageLengthExceeded')
  })

  it('needs no namespace, and may have white space', async () => {
    const bucket = await room.bucket()
    const body = corsXml({})
      .replace(/ xmlns="[^"]*"/, '')
      .replaceAll('><', '>\n  <')
    expectSuccess(await room.ask('owner', 'PUT', bucket, undefined, put(body)))
  })
})

it('tells the SDK what is wrong', async () => {
  const client = room.client()
  const CORSRules = [{ AllowedMethods: ['TRACE'], AllowedOrigins: ['*'] }]
  const sent = client.send(
    new PutBucketCorsCommand({ Bucket: await room.bucket(), CORSConfiguration: { CORSRules } }),
  )
  expect(await sdkError(sent)).toEqual([400, 'InvalidRequest'])
  client.destroy()
})
