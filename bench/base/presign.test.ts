import { CopyObjectCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { expect, test } from 'vitest'
import { presigner, type SignedHeaders } from './presign.ts'

const keys = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  region: 'eu-west-1',
}
const now = new Date('2026-02-03T04:05:06.789Z')
const client = new S3Client({
  endpoint: 'http://127.0.0.1:9000',
  region: keys.region,
  forcePathStyle: true,
  credentials: keys,
})

/** Ours, for the query parameters that the SDK chose, signature and all in one order. */
function parametersOf(target: string): Record<string, string> {
  return Object.fromEntries(new URL(target, 'http://127.0.0.1:9000').searchParams)
}

function ours(
  method: string,
  path: string,
  theirs: Record<string, string>,
  headers: SignedHeaders = {},
): Record<string, string> {
  const query = Object.fromEntries(
    Object.entries(theirs).filter(([name]) => name !== 'X-Amz-Signature' && name !== 'X-Amz-Date'),
  )
  return parametersOf(presigner('127.0.0.1:9000', keys, now)(method, path, query, headers))
}

test('signs a GET as the SDK does, with blanks and slashes in the key', async () => {
  const command = new GetObjectCommand({ Bucket: 'bench', Key: "a b/c+d'(é)*!~" })
  const url = await getSignedUrl(client, command, { signingDate: now, expiresIn: 604_800 })
  const theirs = parametersOf(url)
  expect(ours('GET', "/bench/a b/c+d'(é)*!~", theirs)).toEqual(theirs)
})

test('signs a listing as the SDK does', async () => {
  const command = new ListObjectsV2Command({
    Bucket: 'bench',
    StartAfter: 'f 1/é',
    Delimiter: '/',
    MaxKeys: 1000,
  })
  const url = await getSignedUrl(client, command, { signingDate: now, expiresIn: 604_800 })
  const theirs = parametersOf(url)
  expect(ours('GET', new URL(url).pathname, theirs)).toEqual(theirs)
})

test('signs headers as the SDK does', async () => {
  const CopySource = 'bench/source'
  const command = new CopyObjectCommand({ Bucket: 'bench', Key: 'copy', CopySource })
  const unhoistableHeaders = new Set(['x-amz-copy-source'])
  const url = await getSignedUrl(client, command, {
    signingDate: now,
    expiresIn: 604_800,
    unhoistableHeaders,
  })
  const theirs = parametersOf(url)
  expect(theirs['X-Amz-SignedHeaders']).toBe('host;x-amz-copy-source')
  const headers = { 'x-amz-copy-source': CopySource }
  expect(ours('PUT', '/bench/copy', theirs, headers)).toEqual(theirs)
})
