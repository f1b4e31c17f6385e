#!/bin/sh
# s3-lite-client (@bradenmacdonald/s3-lite-client), and keys with quotes or question marks.
#
# One would expect listObjects to give the keys that putObject was given, and presignedGetObject to name the object that it was asked for.
#
# s3-lite-client 1.0.0 reads &amp;, &lt; and &gt; of a listing, but not &quot;, &apos; and numbers: S3 sends " as &quot;, so the key
# 5" pipe.txt is listed as 5&quot; pipe.txt. Whoever deletes what was listed is told of a success, for S3 has nothing to
# delete under that name, and the object stays. Spaces at the beginning of a key are cut. A question mark in a key begins the query in all
# requests: presignedGetObject for a?b.txt is a link to the object a, and the other requests are refused (SignatureDoesNotMatch).
#
# What follows: no quotes, question marks or leading spaces in keys where this client is used.
#
# Printed:
#   @bradenmacdonald/s3-lite-client 1.0.0
#   listed: ["5&quot; pipe.txt","R&D <1>.txt","start"]
#   deleted of what was listed first: /photos/5%26quot%3B%20pipe.txt
#   presigned for a?b.txt: /photos/a
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent @bradenmacdonald/s3-lite-client@1.0.0 >/dev/null
cat >finding.mjs <<'JS'
import { createServer } from 'node:http'
import { S3Client } from '@bradenmacdonald/s3-lite-client'

const contents = ['5&quot; pipe.txt', 'R&amp;D &lt;1&gt;.txt', ' start']
  .map(key => `<Contents><Key>${key}</Key><LastModified>2024-01-02T03:04:05.000Z</LastModified><ETag>&quot;e&quot;</ETag><Size>1</Size><StorageClass>STANDARD</StorageClass></Contents>`)
  .join('')
const listing = `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>photos</Name><Prefix></Prefix><KeyCount>3</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>${contents}</ListBucketResult>`
let deleted
const server = createServer((request, answer) => {
  if (request.method === 'DELETE') {
    deleted = request.url
    answer.writeHead(204).end()
  } else answer.setHeader('content-type', 'application/xml').end(listing)
})
await new Promise(listening => server.listen(0, '127.0.0.1', listening))
const client = new S3Client({
  endPoint: `http://127.0.0.1:${server.address().port}`,
  region: 'us-east-1',
  bucket: 'photos',
  accessKey: 'AKIDEXAMPLE',
  secretKey: 'secret',
})
console.log('@bradenmacdonald/s3-lite-client 1.0.0')
const keys = []
for await (const object of client.listObjects()) keys.push(object.key)
console.log(`listed: ${JSON.stringify(keys)}`)
await client.deleteObject(keys[0])
console.log(`deleted of what was listed first: ${deleted}`)
console.log(`presigned for a?b.txt: ${new URL(await client.presignedGetObject('a?b.txt')).pathname}`)
process.exit()
JS
seen=$(node finding.mjs 2>/dev/null)
echo "$seen"
[ "$seen" = '@bradenmacdonald/s3-lite-client 1.0.0
listed: ["5&quot; pipe.txt","R&D <1>.txt","start"]
deleted of what was listed first: /photos/5%26quot%3B%20pipe.txt
presigned for a?b.txt: /photos/a' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
