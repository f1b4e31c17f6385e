import { GetBucketWebsiteCommand, PutBucketWebsiteCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { AccessRoom } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, sdkError } from '../objects/object-room.ts'
import { INDEX, siteOf, WEBSITE, websiteXml } from './website-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const prepare = (bucket: string) => room.set(bucket, 'website', websiteXml(INDEX))

describeBucketRequest(() => room, { method: 'GET', ...WEBSITE, prepare })

it('gives all of it as it was put, the rules in their order', async () => {
  const Bucket = await room.bucket()
  const client = room.client()
  const WebsiteConfiguration = {
    IndexDocument: { Suffix: 'index.html' },
    ErrorDocument: { Key: 'errors/ž & <404>.html' },
    RoutingRules: [
      {
        Condition: { KeyPrefixEquals: 'docs/', HttpErrorCodeReturnedEquals: '404' },
        Redirect: {
          HostName: 'example.com',
          Protocol: 'https' as const,
          HttpRedirectCode: '307',
          ReplaceKeyPrefixWith: 'documents/',
        },
      },
      { Condition: { KeyPrefixEquals: '' }, Redirect: { ReplaceKeyWith: '' } },
      { Redirect: { Protocol: 'http' as const } },
    ],
  }
  await client.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }))
  const { $metadata, ...found } = await client.send(new GetBucketWebsiteCommand({ Bucket }))
  expect($metadata.httpStatusCode).toBe(200)
  expect(found).toEqual(WebsiteConfiguration)
  client.destroy()
})

it('gives a redirection of all requests', async () => {
  const Bucket = await room.bucket()
  const client = room.client()
  const RedirectAllRequestsTo = { HostName: 'example.com', Protocol: 'https' as const }
  await client.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration: { RedirectAllRequestsTo } }))
  const { $metadata: _, ...found } = await client.send(new GetBucketWebsiteCommand({ Bucket }))
  expect(found).toEqual({ RedirectAllRequestsTo })
  client.destroy()
})

it('is the document of S3', async () => {
  const { text, headers } = await room.must('owner', 'GET', await siteOf(room, INDEX), undefined, WEBSITE)
  expect(headers['content-type']).toBe('application/xml')
  expect(text).toBe(
    `<?xml version="1.0" encoding="UTF-8"?>\n${websiteXml('<IndexDocument><Suffix>index.html</Suffix></IndexDocument>')}`,
  )
})

it('is for whom a policy allows s3:GetBucketWebsite', async () => {
  const bucket = await siteOf(room, INDEX)
  await room.policy(bucket, { Action: 's3:GetBucketWebsite' })
  await room.must('writer', 'GET', bucket, undefined, WEBSITE)
  expectError(await room.ask('writer', 'DELETE', bucket, undefined, WEBSITE), 403, 'AccessDenied')
})

it('knows of none where nobody put one', async () => {
  const Bucket = await room.bucket()
  const answer = await room.ask('owner', 'GET', Bucket, undefined, WEBSITE)
  const element = expectError(answer, 404, 'NoSuchWebsiteConfiguration')
  expect([element('Message'), element('BucketName')]).toEqual([
    'The specified bucket does not have a website configuration',
    Bucket,
  ])
  const client = room.client()
  const code = await sdkError(client.send(new GetBucketWebsiteCommand({ Bucket })))
  expect(code).toEqual([404, 'NoSuchWebsiteConfiguration'])
  client.destroy()
})
