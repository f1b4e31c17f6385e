import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { TestServer } from 'holdfast'
import { readFile } from 'node:fs/promises'
import { Agent } from 'node:https'
import { expect, it } from 'vitest'
import { makeCertificate } from '../../support/certificate.ts'
import { createBucket } from '../../support/buckets.ts'
import { rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { completionDocument } from './upload-room.ts'

/** Where CompleteMultipartUpload says that the object is. */
it('is in the host of the bucket where the upload was', async () => {
  await using server = await startTestServer({ domains: ['s3.localhost'] })
  await createBucket(server, 'the-bucket')
  const host = `the-bucket.s3.localhost:${server.port}`
  const send = (method: string, query: string, body = '') =>
    rawRequest(server, { method, path: '/the-bucket/a%20key', query, body, headers: { host } })
  const [id = ''] = xmlTexts((await send('POST', 'uploads=')).text, 'UploadId')
  const { etag = '' } = (await send('PUT', `partNumber=1&uploadId=${id}`, 'part')).headers
  const list = completionDocument([{ PartNumber: 1, ETag: etag }])
  const { text } = await send('POST', `uploadId=${id}`, list)
  expect(xmlTexts(text, 'Location')).toEqual([`http://${host}/the-bucket/a%20key`])
  expect(xmlTexts(text, 'Key')).toEqual(['the-bucket/a key'])
})

it('is https where the request was', async () => {
  await using folder = await temporaryDirectory()
  const files = await makeCertificate(folder.path)
  const tls = { cert: await readFile(files.certificate, 'utf8'), key: await readFile(files.key, 'utf8') }
  await using server = await startTestServer({ tls })
  expect(await locationOverTls(server)).toBe(`${server.url}/the-bucket/key`)
  expect(server.url).toMatch(/^https:/)
})

async function locationOverTls(server: TestServer): Promise<string | undefined> {
  const client = new S3Client({
    endpoint: server.url,
    region: server.region,
    credentials: { ...server.credentials },
    forcePathStyle: true,
    requestHandler: { httpsAgent: new Agent({ rejectUnauthorized: false }) },
  })
  const upload = { Bucket: 'the-bucket', Key: 'key' }
  await client.send(new CreateBucketCommand({ Bucket: upload.Bucket }))
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(upload))
  const part = { ...upload, UploadId, PartNumber: 1 }
  const { ETag } = await client.send(new UploadPartCommand({ ...part, Body: 'part' }))
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
  const done = await client.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload }))
  client.destroy()
  return done.Location
}
