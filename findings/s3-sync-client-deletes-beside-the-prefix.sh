#!/bin/sh
# s3-sync-client, which brings aws s3 sync to Node.js, and del.
#
# One would expect sync(folder, 's3://b/photos', { del: true }) to make what is below photos/ equal to the folder and to leave
# everything else alone, and the same with s3://b/photos/, as aws s3 sync --delete does with both.
#
# s3-sync-client 4.3.1 compares with all keys that begin with what stands there. Without a slash at the end photos.zip and
# photos-2023/1 are taken for files that the folder lacks, and deleted. With one the neighbours are safe, but a second slash is put
# before each name: the files are uploaded as photos//1, and photos/1, which is the same file, is deleted.
#
# What follows: no del; or a bucket of its own for what is synced, named without a prefix.
#
# Printed (the bucket holds photos-2023/1, photos.zip and photos/1, the folder a file 1 of the same size and time):
#   s3-sync-client 4.3.1
#   s3://b/photos: GET prefix=photos, DELETE photos-2023/1, DELETE photos.zip
#   s3://b/photos/: GET prefix=photos/, PUT photos//1, DELETE photos/1
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent s3-sync-client@4.3.1 @aws-sdk/client-s3@3.1175.0 >/dev/null
cat >finding.mjs <<'JS'
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { S3Client } from '@aws-sdk/client-s3'
import { S3SyncClient } from 's3-sync-client'

const time = new Date('2024-01-02T03:04:05.000Z')
mkdirSync('folder')
writeFileSync('folder/1', 'hello')
utimesSync('folder/1', time, time)

const keys = ['photos-2023/1', 'photos.zip', 'photos/1']
let asked = []
const xml = inner => `<?xml version="1.0" encoding="UTF-8"?>${inner}`
function answerOf(method, url, body) {
  const prefix = url.searchParams.get('prefix')
  if (prefix !== null) {
    asked.push(`GET prefix=${prefix}`)
    const found = keys
      .filter(key => key.startsWith(prefix))
      .map(key => `<Contents><Key>${key}</Key><Size>5</Size><LastModified>${time.toISOString()}</LastModified><ETag>&quot;e&quot;</ETag></Contents>`)
    return xml(`<ListBucketResult><Name>b</Name><IsTruncated>false</IsTruncated>${found.join('')}</ListBucketResult>`)
  }
  if (url.searchParams.has('delete')) {
    asked.push(...[...body.matchAll(/<Key>([^<]*)/g)].map(([, key]) => `DELETE ${key}`))
    return xml('<DeleteResult></DeleteResult>')
  }
  asked.push(`${method} ${decodeURIComponent(url.pathname.slice('/b/'.length))}`)
  return ''
}
const server = createServer((request, answer) => {
  let body = ''
  request.on('data', some => (body += some)).on('end', () => {
    answer.setHeader('content-type', 'application/xml').setHeader('etag', '"e"')
    answer.end(answerOf(request.method, new URL(request.url, 'http://s3'), body))
  })
})
await new Promise(listening => server.listen(0, '127.0.0.1', listening))
const client = new S3Client({
  endpoint: `http://127.0.0.1:${server.address().port}`,
  region: 'us-east-1',
  forcePathStyle: true,
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
})
const { sync } = new S3SyncClient({ client })
console.log('s3-sync-client 4.3.1')
for (const target of ['s3://b/photos', 's3://b/photos/']) {
  asked = []
  await sync('folder', target, { del: true })
  const order = ['GET', 'PUT', 'DELETE']
  asked.sort((one, other) => order.indexOf(one.split(' ')[0]) - order.indexOf(other.split(' ')[0]))
  console.log(`${target}: ${asked.join(', ')}`)
}
process.exit()
JS
seen=$(node finding.mjs 2>/dev/null)
echo "$seen"
[ "$seen" = 's3-sync-client 4.3.1
s3://b/photos: GET prefix=photos, DELETE photos-2023/1, DELETE photos.zip
s3://b/photos/: GET prefix=photos/, PUT photos//1, DELETE photos/1' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
