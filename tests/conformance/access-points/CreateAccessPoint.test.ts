import { CreateAccessPointCommand } from '@aws-sdk/client-s3-control'
import { beforeAll, describe, expect, it } from 'vitest'
import { controlClient } from '../../support/control-client.ts'
import { xmlTexts } from '../../support/raw-request.ts'
import { AccessRoom, owner, third, writer } from '../access/access-room.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'
import { AccessPointRoom, REGION } from './access-point-room.ts'

let room: AccessRoom
let points: AccessPointRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  points = new AccessPointRoom(room)
  return () => room[Symbol.asyncDispose]()
})

it('makes an access point for the SDK, with an ARN and an alias', async () => {
  const bucket = await room.bucket()
  const client = controlClient(room.server)
  const input = { AccountId: owner.id, Name: 'first', Bucket: bucket }
  const made = await client.send(new CreateAccessPointCommand(input))
  expect(made.AccessPointArn).toBe(`arn:aws:s3:${REGION}:${owner.id}:accesspoint/first`)
  expect(made.Alias).toMatch(/^first-[a-z\d]{34}-s3alias$/)
  const again = client.send(new CreateAccessPointCommand(input))
  expect(await sdkError(again)).toEqual([409, 'AccessPointAlreadyOwnedByYou'])
  client.destroy()
})

it('gives no two the same alias, and none that is too long for a bucket', async () => {
  const bucket = await room.bucket()
  const names = ['a'.repeat(49), `${'a'.repeat(19)}-${'b'.repeat(30)}`]
  const aliases = []
  for (const name of names) {
    const answer = await points.create('owner', name, `<Bucket>${bucket}</Bucket>`)
    aliases.push(...xmlTexts(answer.text, 'Alias'))
  }
  expect(new Set(aliases).size).toBe(2)
  for (const alias of aliases) expect(alias).toMatch(/^a+-[a-z\d]{34}-s3alias$/)
  expect(Math.max(...aliases.map((alias) => alias.length))).toBe(63)
})

describe('names', () => {
  it.each(['abc', '1-2', 'a'.repeat(50), 'a--b'])('takes %s', async (name) => {
    const bucket = await room.bucket()
    expectSuccess(await points.create('owner', name, `<Bucket>${bucket}</Bucket>`), 200)
  })

  it.each(['ab', 'a'.repeat(51), '-ab', 'ab-', 'a.b', 'a_b', 'Abc', 'ab-s3alias', 'ab-ext-s3alias', 'a%20b'])(
    'refuses %s',
    async (name) => {
      const bucket = await room.bucket()
      expectError(await points.create('owner', name, `<Bucket>${bucket}</Bucket>`), 400, 'InvalidAccessPoint')
    },
  )
})

describe('what is refused', () => {
  it.each([
    ['no body', '', 400, 'MissingRequestBodyError'],
    ['no XML', 'x', 400, 'MalformedXML'],
    ['another document', '<Other/>', 400, 'MalformedXML'],
    ['no bucket', '<CreateAccessPointRequest/>', 400, 'MalformedXML'],
  ])('%s', async (_, body, status, code) => {
    expectError(await points.ask('owner', 'PUT', '/refused', { body }), status, code)
    expectError(await points.ask('owner', 'GET', '/refused'), 404, 'NoSuchAccessPoint')
  })

  it.each([
    ['of a VPC', '<VpcConfiguration><VpcId>vpc-1</VpcId></VpcConfiguration>', 501, 'NotImplemented'],
    ['with a scope', '<Scope><Prefixes><Prefix>a</Prefix></Prefixes></Scope>', 501, 'NotImplemented'],
    [
      'with a bucket account that is none',
      '<BucketAccountId>1</BucketAccountId>',
      400,
      'InvalidBucketOwnerAWSAccountID',
    ],
    [
      'with another owner of the bucket',
      `<BucketAccountId>${third.id}</BucketAccountId>`,
      403,
      'AccessDenied',
    ],
    ['with a tag of AWS', '<Tags><Tag><Key>aws:a</Key><Value>b</Value></Tag></Tags>', 400, 'InvalidTag'],
  ])('one %s', async (_, elements, status, code) => {
    const bucket = await room.bucket()
    const answer = await points.create('owner', 'refused', `<Bucket>${bucket}</Bucket>${elements}`)
    expectError(answer, status, code)
    expectError(await points.ask('owner', 'GET', '/refused'), 404, 'NoSuchAccessPoint')
  })

  it.each([
    ['no-such-bucket', 404, 'NoSuchBucket'],
    ['x', 400, 'InvalidBucketName'],
  ])('the bucket %s', async (bucket, status, code) => {
    expectError(await points.create('owner', 'refused', `<Bucket>${bucket}</Bucket>`), status, code)
  })

  it('who names another account, or is nobody', async () => {
    const bucket = await room.bucket()
    for (const who of ['third', 'anonymous'] as const) {
      expectError(await points.create(who, 'refused', `<Bucket>${bucket}</Bucket>`), 403, 'AccessDenied')
    }
  })
})

it('is for the bucket of another account where that is named', async () => {
  const bucket = await room.bucket()
  const document = `<Bucket>${bucket}</Bucket>`
  expectError(await points.create('third', 'abroad', document, third.id), 403, 'AccessDenied')
  const named = `${document}<BucketAccountId>${owner.id}</BucketAccountId>`
  expectSuccess(await points.create('third', 'abroad', named, third.id), 200)
  const wrong = `${document}<BucketAccountId>${writer.id}</BucketAccountId>`
  expectError(await points.create('third', 'wrong', wrong, third.id), 403, 'AccessDenied')
})

it('never has the host of a bucket, nor a bucket its host', async () => {
  const bucket = await room.bucket()
  await room.must('third', 'PUT', `taken-${owner.id}`)
  expectError(await points.create('owner', 'taken', `<Bucket>${bucket}</Bucket>`), 400, 'InvalidAccessPoint')
  await points.create('owner', 'mine', `<Bucket>${bucket}</Bucket>`)
  expectError(await room.ask('third', 'PUT', `mine-${owner.id}`), 409, 'BucketAlreadyExists')
})
