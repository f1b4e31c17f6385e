#!/bin/sh
# The AWS SDK for JavaScript, directory buckets (S3 Express One Zone), and an endpoint of one's own.
#
# One would expect an endpoint that is an address to be asked for /BUCKET/KEY, whatever kind the bucket is of, and forcePathStyle to keep the
# bucket in the path where the endpoint is a name, as with all other buckets: that is how code is run against a store on one's desk.
#
# @aws-sdk/client-s3 3.1175.0 asks an address for /BUCKET//KEY where the name of the bucket ends in --x-s3, and signs that, in presigned URLs of
# @aws-sdk/s3-request-presigner, too: S3 takes a second slash for the first character of a key, so all objects get other names than they
# were given, and what was put by this SDK is not found by any other. Where the endpoint is a name, forcePathStyle does nothing for these
# buckets: the SDK asks a host that is called BUCKET before the name.
#
# What follows: a store that shows as directory buckets has to tell these requests by their User-Agent; whoever has both kinds of client should
# give the SDK for JavaScript a name with a wildcard below it, and no address.
#
# Printed (the bucket plain, and the bucket fast--use1-az4--x-s3; the key is a.txt):
#   @aws-sdk/client-s3 3.1175.0
#   plain at an address: PUT /plain/a.txt, presigned /plain/a.txt
#   fast--use1-az4--x-s3 at an address: PUT /fast--use1-az4--x-s3//a.txt, presigned /fast--use1-az4--x-s3//a.txt
#   plain at a name, forcePathStyle: asks store.example for /plain/a.txt
#   fast--use1-az4--x-s3 at a name, forcePathStyle: asks fast--use1-az4--x-s3.store.example for /a.txt
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent @aws-sdk/client-s3@3.1175.0 @aws-sdk/s3-request-presigner@3.1162.0 >/dev/null
cat >finding.mjs <<'JS'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'

const session = `<CreateSessionResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId>
<SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>
<Expiration>${new Date(Date.now() + 300000).toISOString()}</Expiration></Credentials></CreateSessionResult>`
let asked
const server = createServer((request, answer) => {
  request.resume()
  if (/[?&]session/.test(request.url)) return answer.end(session)
  asked = `${request.method} ${request.url.split('?')[0]}`
  answer.end()
})
await once(server.listen(0, '127.0.0.1'), 'listening')

const keys = { credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }, region: 'us-east-1' }
const buckets = ['plain', 'fast--use1-az4--x-s3']
for (const Bucket of buckets) {
  const client = new S3Client({ ...keys, endpoint: `http://127.0.0.1:${server.address().port}`, forcePathStyle: true })
  await client.send(new PutObjectCommand({ Bucket, Key: 'a.txt', Body: 'x' }))
  const { pathname } = new URL(await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: 'a.txt' })))
  console.log(`${Bucket} at an address: ${asked}, presigned ${pathname}`)
}
for (const Bucket of buckets) {
  let seen
  const requestHandler = {
    async handle({ hostname, path, query }) {
      const headers = {}
      if (!('session' in query)) seen = `asks ${hostname} for ${path}`
      const text = 'session' in query ? session : ''
      return { response: { statusCode: 200, headers, body: new Blob([text]).stream() } }
    },
  }
  const client = new S3Client({ ...keys, endpoint: 'http://store.example', forcePathStyle: true, requestHandler })
  await client.send(new PutObjectCommand({ Bucket, Key: 'a.txt', Body: 'x' })).catch(() => {})
  console.log(`${Bucket} at a name, forcePathStyle: ${seen}`)
}
server.close()
JS
seen=$(echo "@aws-sdk/client-s3 $(node -p "require('./node_modules/@aws-sdk/client-s3/package.json').version")" && NODE_NO_WARNINGS=1 node finding.mjs)
echo "$seen"
[ "$seen" = '@aws-sdk/client-s3 3.1175.0
plain at an address: PUT /plain/a.txt, presigned /plain/a.txt
fast--use1-az4--x-s3 at an address: PUT /fast--use1-az4--x-s3//a.txt, presigned /fast--use1-az4--x-s3//a.txt
plain at a name, forcePathStyle: asks store.example for /plain/a.txt
fast--use1-az4--x-s3 at a name, forcePathStyle: asks fast--use1-az4--x-s3.store.example for /a.txt' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
