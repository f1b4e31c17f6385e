#!/bin/sh
# s3rver, a test double of S3, and streams that today's SDK for JavaScript uploads.
#
# One would expect a server that takes a PutObject to have stored its bytes, or else to say 501 NotImplemented.
#
# The SDK sends a stream with Content-Encoding: aws-chunked and its checksum in a trailer (x-amz-content-sha256:
# STREAMING-UNSIGNED-PAYLOAD-TRAILER). s3rver 3.7.1 knows only the older framing, whose chunks are signed: it answers 200 and
# stores the frames along with the bytes. A buffer or a string is sent plainly and stored well, so a test sees the damage only where
# it uploads a stream, and a test that compares nothing but status or presence never does.
#
# What follows: requestChecksumCalculation: 'WHEN_REQUIRED' in the client of such tests, which sends streams plainly; or another double.
#
# Printed:
#   s3rver 3.7.1, @aws-sdk/client-s3 3.1175.0
#   a string, stored as "hello"
#   a stream, stored as "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"
#   a stream with WHEN_REQUIRED, stored as "hello"
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent s3rver@3.7.1 @aws-sdk/client-s3@3.1175.0 >/dev/null
cat >finding.mjs <<'JS'
import { Readable } from 'node:stream'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import S3rver from 's3rver'

const double = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory: './objects', configureBuckets: [{ name: 'bucket' }] })
const { port } = await double.run()
async function stored(Body, settings = {}) {
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    ...settings,
  })
  await client.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'key', Body, ContentLength: 5 }))
  const { Body: back } = await client.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'key' }))
  return JSON.stringify(await back.transformToString())
}
const stream = () => Readable.from([Buffer.from('hello')])
console.log('s3rver 3.7.1, @aws-sdk/client-s3 3.1175.0')
console.log(`a string, stored as ${await stored('hello')}`)
console.log(`a stream, stored as ${await stored(stream())}`)
console.log(`a stream with WHEN_REQUIRED, stored as ${await stored(stream(), { requestChecksumCalculation: 'WHEN_REQUIRED' })}`)
process.exit()
JS
seen=$(node finding.mjs 2>/dev/null)
printf '%s\n' "$seen"
[ "$seen" = 's3rver 3.7.1, @aws-sdk/client-s3 3.1175.0
a string, stored as "hello"
a stream, stored as "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"
a stream with WHEN_REQUIRED, stored as "hello"' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
