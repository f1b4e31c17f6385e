#!/bin/sh
# s3-deploy, and files that are older than what is in the bucket.
#
# One would expect a tool that deploys a folder to upload what differs from the bucket. It has the MD5 of each file to tell, and says File Matches of
# what it skips.
#
# s3-deploy 1.4.0 asks S3 by HEAD with If-None-Match and with If-Unmodified-Since, the file's time, and takes 412 for a match as it takes 304: a
# file whose content differs is skipped if the object was written after the file. So a release of before that is unpacked (tar and unzip keep times)
# and deployed after a bad one changes nothing of what both have, nor does a build of the morning when a colleague has deployed at noon. What
# the bucket lacks is uploaded, so that the site is made of both. It ends with Upload finished and exit code 0. In CI, where a checkout
# gives each file the present time, it does not show. (That deleteRemoved looks at the whole bucket is known.)
#
# What follows: touch all files before s3-deploy.
#
# Printed (the object is of January 2, its content another than the file's):
#   s3-deploy 1.4.0
#   file of January 1: HEAD, File Matches, skipped index.html, Upload finished
#   file of January 3: HEAD, PUT, Uploaded: box/index.html, Upload finished
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent s3-deploy@1.4.0 >/dev/null
mkdir site
echo good >site/index.html
cat >endpoint.cjs <<'JS'
require('aws-sdk').config.update({ s3: { endpoint: process.env.STUB, s3ForcePathStyle: true } })
JS
cat >finding.mjs <<'JS'
import { execFile } from 'node:child_process'
import { utimesSync } from 'node:fs'
import { createServer } from 'node:http'
import { promisify } from 'node:util'

const modified = new Date('2024-01-02T00:00:00Z')
let asked = []
const server = createServer((request, answer) => {
  asked.push(request.method)
  const { 'if-none-match': tag, 'if-unmodified-since': since } = request.headers
  const unmodified = since === undefined || modified <= new Date(since)
  answer.setHeader('etag', '"0123456789abcdef0123456789abcdef"').setHeader('last-modified', modified.toUTCString())
  answer.statusCode = !unmodified ? 412 : tag?.includes('0123456789abcdef') ? 304 : 200
  request.resume().on('end', () => answer.end())
})
await new Promise(listening => server.listen(0, '127.0.0.1', listening))
console.log('s3-deploy 1.4.0')
for (const day of [1, 3]) {
  asked = []
  const time = new Date(Date.UTC(2024, 0, day))
  utimesSync('site/index.html', time, time)
  const line = ['--require', './endpoint.cjs', 'node_modules/s3-deploy/bin/s3-deploy', './site/**', '--cwd', './site/', '--bucket', 'box']
  const env = { ...process.env, STUB: `http://127.0.0.1:${server.address().port}`, AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' }
  const { stdout, stderr } = await promisify(execFile)('node', line, { env })
  const told = `${stderr}\n${stdout}`.split('\n').filter(text => /^(File Matches|Uploaded|Upload finished)/.test(text))
  console.log(`file of January ${day}: ${[...asked, ...told].join(', ')}`)
}
process.exit()
JS
seen=$(node finding.mjs 2>errors) || cat errors >&2
echo "$seen"
[ "$seen" = 's3-deploy 1.4.0
file of January 1: HEAD, File Matches, skipped index.html, Upload finished
file of January 3: HEAD, PUT, Uploaded: box/index.html, Upload finished' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
