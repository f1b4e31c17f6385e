#!/bin/sh
# Clients that upload in parts, and a completion that fails late.
#
# One would expect a client that reads the answer to CompleteMultipartUpload to look whether it is a result. S3 may begin with status
# 200 to keep the connection open, and then send an error document in place of the result; its API Reference says so.
#
# minio 7.2.20 and miniopy-async 1.23.6 for Python, s3mini 1.0.2 and lean-s3 0.6.3 for Node.js look for the fields of a result, find
# none, and return: put_object and putAnyObject, which choose parts by themselves for what is larger, tell of a success without
# an ETag. No object is there, or still the one of before; the parts stay. The same answer to minio's copy_object is an error.
# It shows with large objects only, for it takes a slow completion to get an early 200.
#
# What follows: take an upload without an ETag for a failed one (lean-s3: etag undefined, s3mini: no header etag), or ask
# by HEAD afterwards.
#
# Printed:
#   minio 7.2.20: put_object returns, etag None
#   minio 7.2.20: copy_object: XML element <ETag> not found
#   miniopy-async 1.23.6: put_object returns, etag None
#   s3mini 1.0.2: putAnyObject answers 200, etag null
#   lean-s3 0.6.3: completeMultipartUpload returns, etag undefined
#   completions that failed: 4, uploads aborted: 0
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check minio==7.2.20 miniopy-async==1.23.6
npm init -y >/dev/null
npm install --no-audit --no-fund --silent s3mini@1.0.2 lean-s3@0.6.3 >/dev/null
cat >finding.py <<'PY'
import asyncio
import io
import sys
from importlib.metadata import version

import minio
import miniopy_async
from minio.commonconfig import CopySource

TOLD = "%s %s: put_object returns, etag %s"
data = bytes(6 << 20)
names = {"access_key": "AKIDEXAMPLE", "secret_key": "secret", "region": "us-east-1", "secure": False}


def upload(client):
    return client.put_object("bucket", "key", io.BytesIO(data), len(data), part_size=5 << 20)


async def upload_by_async():
    async with miniopy_async.Minio(sys.argv[1], **names) as client:
        return await upload(client)


client = minio.Minio(sys.argv[1], **names)
print(TOLD % ("minio", version("minio"), upload(client).etag))
try:
    client.copy_object("bucket", "copy", CopySource("bucket", "key"))
except ValueError as error:
    print(f"minio {version('minio')}: copy_object: {error}")
print(TOLD % ("miniopy-async", version("miniopy-async"), asyncio.run(upload_by_async()).etag))
PY
cat >finding.mjs <<'JS'
import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { promisify } from 'node:util'
import { S3mini } from 's3mini'

let completions = 0
let aborted = 0
const declared = '<?xml version="1.0" encoding="UTF-8"?>\n'
const started = '<InitiateMultipartUploadResult><UploadId>upload</UploadId></InitiateMultipartUploadResult>'
const failed = '<Error><Code>InternalError</Code><Message>We encountered an internal error. Please try again.</Message></Error>'
function answerOf({ method, url, headers }) {
  if (method === 'DELETE') aborted += 1
  if (headers['x-amz-copy-source']) return `${declared}   ${failed}`
  if (method !== 'POST') return ''
  if (/[?&]uploads/.test(url)) return declared + started
  completions += 1
  return `${declared}   ${failed}`
}
const server = createServer((request, answer) => {
  request.resume().on('end', () => {
    answer.writeHead(200, { 'content-type': 'application/xml', etag: '"part"' }).end(answerOf(request))
  })
})
await new Promise(listening => server.listen(0, '127.0.0.1', listening))
const address = `127.0.0.1:${server.address().port}`
const names = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', region: 'us-east-1' }

process.stdout.write((await promisify(execFile)('python/bin/python', ['-W', 'ignore', 'finding.py', address])).stdout)
const mini = new S3mini({ ...names, endpoint: `http://${address}/bucket`, minPartSize: 5 << 20 })
const uploaded = await mini.putAnyObject('key', new Uint8Array(6 << 20))
console.log(`s3mini 1.0.2: putAnyObject answers ${uploaded.status}, etag ${JSON.stringify(uploaded.headers.get('etag'))}`)
const { S3Client } = await import('lean-s3') // not sooner: its undici would serve the fetch of s3mini too
const lean = new S3Client({ ...names, endpoint: `http://${address}`, bucket: 'bucket' })
const { etag } = await lean.completeMultipartUpload('key', 'upload', [{ partNumber: 1, etag: 'part' }])
console.log(`lean-s3 0.6.3: completeMultipartUpload returns, etag ${etag}`)
console.log(`completions that failed: ${completions}, uploads aborted: ${aborted}`)
process.exit()
JS
seen=$(node finding.mjs)
echo "$seen"
[ "$seen" = 'minio 7.2.20: put_object returns, etag None
minio 7.2.20: copy_object: XML element <ETag> not found
miniopy-async 1.23.6: put_object returns, etag None
s3mini 1.0.2: putAnyObject answers 200, etag null
lean-s3 0.6.3: completeMultipartUpload returns, etag undefined
completions that failed: 4, uploads aborted: 0' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
