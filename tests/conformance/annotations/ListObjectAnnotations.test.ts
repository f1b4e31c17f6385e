import { ListObjectAnnotationsCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { xmlTexts } from '../../support/raw-request.ts'
import { AccessRoom } from '../access/access-room.ts'
import { describeObjectRequest } from '../access/request.suite.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'
import { annotate, ANNOTATIONS, annotationNames } from './annotation-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

describeObjectRequest(() => room, { method: 'GET', query: ANNOTATIONS })

it('lists them by name, page by page', async () => {
  const Bucket = await room.bucket()
  await room.put(Bucket, 'key')
  const names = ['a', 'a.1', 'a.2', 'b', 'é']
  for (const name of names.toReversed()) await annotate(room, { bucket: Bucket, key: 'key', name }, name)
  const client = room.client()
  const pages: string[][] = []
  let ContinuationToken: string | undefined
  do {
    const input = {
      Bucket,
      Key: 'key',
      MaxAnnotationResults: 2,
      ...(ContinuationToken && { ContinuationToken }),
    }
    const page = await client.send(new ListObjectAnnotationsCommand(input))
    expect([page.AnnotationCount, page.MaxAnnotationResults]).toEqual([page.Annotations?.length, 2])
    pages.push((page.Annotations ?? []).map(({ AnnotationName = '' }) => AnnotationName))
    ContinuationToken = page.NextContinuationToken
  } while (ContinuationToken !== undefined)
  expect(pages).toEqual([['a', 'a.1'], ['a.2', 'b'], ['é']])
  const { Annotations } = await client.send(new ListObjectAnnotationsCommand({ Bucket, Key: 'key' }))
  expect(Annotations?.at(-1)).toMatchObject({
    AnnotationName: 'é',
    Size: 2,
    ETag: expect.stringMatching(/^"/),
  })
  const refused = client.send(
    new ListObjectAnnotationsCommand({ Bucket, Key: 'key', AnnotationPrefix: 'a b' }),
  )
  expect(await sdkError(refused)).toEqual([400, 'InvalidPrefix'])
  client.destroy()
})

it('lists those with a prefix', async () => {
  const bucket = await room.bucket()
  await room.put(bucket, 'key')
  for (const name of ['a', 'ab', 'abc', 'b']) await annotate(room, { bucket, key: 'key', name }, name)
  expect(await annotationNames(room, bucket, 'key', '&annotation-prefix=ab')).toEqual(['ab', 'abc'])
  expect(await annotationNames(room, bucket, 'key', '&annotation-prefix=c')).toEqual([])
  const query = `${ANNOTATIONS}&annotation-prefix=a&max-annotation-results=2`
  const { text } = await room.must('owner', 'GET', bucket, 'key', { query })
  const [token = ''] = xmlTexts(text, 'NextContinuationToken')
  expect(
    await annotationNames(room, bucket, 'key', `&annotation-prefix=a&continuation-token=${token}`),
  ).toEqual(['abc'])
})

it.each([
  ['max-annotation-results=0', 'InvalidArgument'],
  ['max-annotation-results=x', 'InvalidArgument'],
  ['continuation-token=garbage', 'InvalidArgument'],
  [`annotation-prefix=${'p'.repeat(513)}`, 'InvalidPrefix'],
])('refuses %s', async (query, code) => {
  const bucket = await room.bucket()
  await room.put(bucket, 'key')
  expectError(await room.ask('owner', 'GET', bucket, 'key', { query: `${ANNOTATIONS}&${query}` }), 400, code)
})

it('is for whom a policy allows s3:ListObjectAnnotations', async () => {
  const bucket = await room.bucket()
  await room.put(bucket, 'key')
  const ask = () => room.ask('third', 'GET', bucket, 'key', { query: ANNOTATIONS })
  expectError(await ask(), 403, 'AccessDenied')
  await room.policy(bucket, { Action: 's3:ListObjectAnnotations' })
  expectSuccess(await ask())
})
