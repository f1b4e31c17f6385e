#!/bin/sh
# aws-lite and the key of an object.
#
# One would expect a client that takes `Key` to percent-encode it where it goes into the path, as S3 asks, so that any key can be
# stored and found again under its own name.
#
# @aws-lite/s3 0.2.7 puts the key into the path as it is, but for what Node's HTTP would refuse. Then `?` begins a query, and the
# object is stored under what stands before it; %2F in a key turns into a slash, and 50%25 into 50%; two slashes become one. The
# request is signed for what is sent, so S3 takes it. PutObject, GetObject and DeleteObject agree with each other, which hides it
# until somebody lists the bucket or comes with another client, or until two keys turn out to be one.
#
# What follows: encode what is special before handing it over (encodeURIComponent of each part of the key), or avoid ?, % and //.
#
# Printed:
#   @aws-lite/s3 0.2.7
#   Key notes?draft=2 is sent as PUT /photos/notes?draft=2
#   Key 50%25 is sent as PUT /photos/50%25
#   Key a%2Fb is sent as PUT /photos/a%2Fb
#   Key 2024//cat.jpg is sent as PUT /photos/2024/cat.jpg
#   Key plain cat.jpg is sent as PUT /photos/plain%20cat.jpg
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent @aws-lite/client@0.23.7 @aws-lite/s3@0.2.7 >/dev/null
cat >finding.mjs <<'JS'
import { createServer } from 'node:http'
import awsLite from '@aws-lite/client'

let sent
const server = createServer((request, answer) => {
  sent = `${request.method} ${request.url}`
  request.resume().on('end', () => answer.setHeader('etag', '"e"').end())
})
await new Promise(listening => server.listen(0, '127.0.0.1', listening))
const client = await awsLite({
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'secret',
  region: 'us-east-1',
  endpoint: `http://127.0.0.1:${server.address().port}`,
  plugins: [import('@aws-lite/s3')],
})
console.log('@aws-lite/s3 0.2.7')
for (const Key of ['notes?draft=2', '50%25', 'a%2Fb', '2024//cat.jpg', 'plain cat.jpg']) {
  await client.S3.PutObject({ Bucket: 'photos', Key, Body: Buffer.from('x') })
  console.log(`Key ${Key} is sent as ${sent}`)
}
process.exit()
JS
seen=$(node finding.mjs 2>/dev/null)
echo "$seen"
[ "$seen" = '@aws-lite/s3 0.2.7
Key notes?draft=2 is sent as PUT /photos/notes?draft=2
Key 50%25 is sent as PUT /photos/50%25
Key a%2Fb is sent as PUT /photos/a%2Fb
Key 2024//cat.jpg is sent as PUT /photos/2024/cat.jpg
Key plain cat.jpg is sent as PUT /photos/plain%20cat.jpg' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
