#!/bin/sh
# serverless-s3-sync with params, for files whose names have spaces, parentheses, a plus or letters beyond ASCII.
#
# One would expect s3sync to give each file that a pattern of params names its Cache-Control and the like, and to leave the bucket with the files
# of the folder and nothing else, which deleteRemoved is for, true as it comes.
#
# serverless-s3-sync 3.5.1 uploads what changed, and then sets the headers of all files by copying each onto itself. It URL-encodes the source,
# which S3 decodes, and the key to copy to, which the SDK encodes by itself: so "a b.html" is copied to an object called "a%20b.html".
# That one has the headers, and the whole site is there twice for such files. The file itself keeps the headers that it was uploaded with,
# whatever is changed in params later. Each run deletes the doubles, as no file is called so, and makes them again, so none of it is ever settled.
#
# What follows: change a file's content, or delete its object, to have new headers; or names of letters, digits, - and . alone.
#
# Printed (the folder has "a b.html" and c.html; params are Cache-Control: no-cache, and max-age=60 in the second run):
#   serverless-s3-sync 3.5.1, serverless 3.40.0
#   first run: PUT a b.html no-cache, PUT c.html no-cache, COPY to a%20b.html no-cache, COPY to c.html no-cache
#   second run: DELETE a%20b.html, COPY to a%20b.html max-age=60, COPY to c.html max-age=60
#   in the bucket: "a b.html" no-cache, "a%20b.html" max-age=60, "c.html" max-age=60
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent serverless-s3-sync@3.5.1 serverless@3.40.0 >/dev/null
mkdir site
echo hello >'site/a b.html'
echo hello >site/c.html
cat >stub.mjs <<'JS'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { promisify } from 'node:util'

const objects = new Map()
let asked = []
const tag = body => `&quot;${createHash('md5').update(body).digest('hex')}&quot;`
function answerOf(request, url, body) {
  const key = decodeURIComponent(url.pathname.slice('/box/'.length))
  const control = request.headers['cache-control']
  const source = request.headers['x-amz-copy-source']
  if (url.searchParams.has('delete')) {
    const keys = [...body.matchAll(/<Key>([^<]*)/g)].map(([, each]) => each)
    keys.forEach(each => objects.delete(each))
    asked.push(...keys.map(each => `DELETE ${each}`))
    return '<DeleteResult></DeleteResult>'
  }
  if (request.method === 'GET') {
    const each = [...objects].map(([name, object]) => `<Contents><Key>${name}</Key><Size>${object.body.length}</Size><ETag>${tag(object.body)}</ETag></Contents>`)
    return `<ListBucketResult><Name>box</Name><IsTruncated>false</IsTruncated>${each.join('')}</ListBucketResult>`
  }
  if (source !== undefined) {
    asked.push(`COPY to ${key} ${control}`)
    objects.set(key, { ...objects.get(decodeURIComponent(source).replace(/^box\//, '')), control })
    return `<CopyObjectResult><ETag>e</ETag></CopyObjectResult>`
  }
  asked.push(`PUT ${key} ${control}`)
  objects.set(key, { body, control })
  return ''
}
const server = createServer((request, answer) => {
  let body = ''
  request.on('data', some => (body += some)).on('end', () => {
    const xml = answerOf(request, new URL(request.url, 'http://s3'), body)
    answer.setHeader('etag', tag(body).replaceAll('&quot;', '"')).setHeader('content-type', 'application/xml').end(xml)
  })
})
await new Promise(listening => server.listen(0, '127.0.0.1', listening))

async function run(name, control) {
  const s3Sync = { endpoint: `http://127.0.0.1:${server.address().port}` }
  s3Sync.buckets = [{ bucketName: 'box', localDir: 'site', params: [{ '*.html': { CacheControl: control } }] }]
  writeFileSync('serverless.json', JSON.stringify({
    service: 'site', frameworkVersion: '3', provider: { name: 'aws', region: 'us-east-1' }, plugins: ['serverless-s3-sync'], custom: { s3Sync }
  }))
  const env = { ...process.env, IS_OFFLINE: '1', SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off', HOME: process.cwd(),
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' }
  asked = []
  await promisify(execFile)('node', ['node_modules/serverless/bin/serverless.js', 's3sync'], { env })
  const order = ['DELETE', 'PUT', 'COPY']
  const place = text => order.indexOf(text.split(' ')[0]) + text
  console.log(`${name}: ${asked.sort((one, other) => (place(one) < place(other) ? -1 : 1)).join(', ')}`)
}
console.log('serverless-s3-sync 3.5.1, serverless 3.40.0')
await run('first run', 'no-cache')
await run('second run', 'max-age=60')
console.log(`in the bucket: ${[...objects].sort().map(([key, { control }]) => `"${key}" ${control}`).join(', ')}`)
process.exit()
JS
seen=$(node stub.mjs 2>errors) || cat errors >&2
echo "$seen"
[ "$seen" = 'serverless-s3-sync 3.5.1, serverless 3.40.0
first run: PUT a b.html no-cache, PUT c.html no-cache, COPY to a%20b.html no-cache, COPY to c.html no-cache
second run: DELETE a%20b.html, COPY to a%20b.html max-age=60, COPY to c.html max-age=60
in the bucket: "a b.html" no-cache, "a%20b.html" max-age=60, "c.html" max-age=60' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
