#!/bin/sh
# MinIO's client for Node.js and the tags of a bucket.
#
# One would expect setBucketTagging to return once S3 has answered that the tags are set, which it does with 204 No Content: so the
# sample response on the page of PutBucketTagging in its API Reference.
#
# minio 8.0.7 takes 200 alone for an answer, which MinIO's server gives. On S3 the tags are set, and the promise is rejected with an S3Error
# without message and with an empty code. Who tries again, or undoes what came before, does so after a success. The tags of
# objects (200 on S3) and removing the tags of a bucket (204) are right, and so is the client for Python.
#
# What follows: after an S3Error with an empty code of setBucketTagging, compare with getBucketTagging; or set tags with an SDK.
#
# Printed:
#   minio 8.0.7: setBucketTagging, answered 204: rejected with S3Error, code "", message ""
#   minio 8.0.7: setBucketTagging, answered 200: returns
#   minio 8.0.7: setObjectTagging, answered 200: returns
#   minio 8.0.7: removeBucketTagging, answered 204: returns
#   minio 7.2.20 for Python: set_bucket_tags, answered 204: returns
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check minio==7.2.20
npm init -y >/dev/null
npm install --no-audit --no-fund --silent minio@8.0.7 >/dev/null
cat >finding.py <<'PY'
import sys

from minio import Minio
from minio.commonconfig import Tags

tags = Tags(for_object=False)
tags["team"] = "blue"
client = Minio(sys.argv[1], "AKIDEXAMPLE", "secret", region="us-east-1", secure=False)
client.set_bucket_tags("bucket", tags)
PY
cat >finding.mjs <<'JS'
import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { promisify } from 'node:util'
import { Client } from 'minio'

let status
const server = createServer((request, answer) => {
  request.resume().on('end', () => answer.writeHead(status, { 'x-amz-request-id': 'REQUEST', 'x-amz-id-2': 'HOST' }).end())
})
await new Promise(listening => server.listen(0, '127.0.0.1', listening))
const { port } = server.address()
const client = new Client({ endPoint: '127.0.0.1', port, useSSL: false, accessKey: 'AKIDEXAMPLE', secretKey: 'secret', region: 'us-east-1' })

async function show(what, answered, ask) {
  status = answered
  const told = await ask().then(
    () => 'returns',
    error => `rejected with ${error.name}, code ${JSON.stringify(error.code)}, message ${JSON.stringify(error.message)}`,
  )
  console.log(`${what}, answered ${answered}: ${told}`)
}
const tags = { team: 'blue' }
await show('minio 8.0.7: setBucketTagging', 204, () => client.setBucketTagging('bucket', tags))
await show('minio 8.0.7: setBucketTagging', 200, () => client.setBucketTagging('bucket', tags))
await show('minio 8.0.7: setObjectTagging', 200, () => client.setObjectTagging('bucket', 'key', tags))
await show('minio 8.0.7: removeBucketTagging', 204, () => client.removeBucketTagging('bucket'))
const python = () => promisify(execFile)('python/bin/python', ['-W', 'ignore', 'finding.py', `127.0.0.1:${port}`])
await show('minio 7.2.20 for Python: set_bucket_tags', 204, python)
process.exit()
JS
seen=$(node finding.mjs 2>/dev/null)
echo "$seen"
[ "$seen" = 'minio 8.0.7: setBucketTagging, answered 204: rejected with S3Error, code "", message ""
minio 8.0.7: setBucketTagging, answered 200: returns
minio 8.0.7: setObjectTagging, answered 200: returns
minio 8.0.7: removeBucketTagging, answered 204: returns
minio 7.2.20 for Python: set_bucket_tags, answered 204: returns' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
