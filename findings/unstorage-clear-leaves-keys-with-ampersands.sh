#!/bin/sh
# unstorage on S3, and keys with an ampersand.
#
# One would expect getKeys to name the keys as they are, and clear to leave nothing, or to say so where it could not.
#
# The s3 driver of unstorage 1.17.6 finds <Key> in a listing by a regular expression and leaves XML's entities in it: salt&pepper is
# told as salt&amp;pepper, which getItem does not find. clear escapes that again and asks S3 to delete salt&amp;amp;pepper, a key
# called salt&amp;pepper; S3 calls deleting what is not there a success, and the object stays. The same goes for < and >. (That it
# lists one page and no prefix is known.)
#
# What follows: no &, < or > in keys there, or removeItem of each key by its right name.
#
# Printed:
#   unstorage 1.17.6
#   getKeys: ["salt&amp;pepper"]
#   getItem of that: GET /spices/salt%26amp%3Bpepper
#   clear asks for <Delete><Object><Key>salt&amp;amp;pepper</Key></Object></Delete> and says nothing
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent unstorage@1.17.6 aws4fetch@1.0.20 >/dev/null
cat >finding.mjs <<'JS'
import { createServer } from 'node:http'
import { createStorage } from 'unstorage'
import s3 from 'unstorage/drivers/s3'

let asked
const server = createServer((request, answer) => {
  let body = ''
  request.on('data', some => (body += some)).on('end', () => {
    asked = { line: `${request.method} ${request.url}`, body }
    const listed = '<Contents><Key>salt&amp;pepper</Key><Size>1</Size></Contents>'
    const answers = {
      'GET /spices': `<?xml version="1.0"?><ListBucketResult><Name>spices</Name><IsTruncated>false</IsTruncated>${listed}</ListBucketResult>`,
      'POST /spices?delete': '<?xml version="1.0"?><DeleteResult></DeleteResult>',
    }
    const known = answers[asked.line.replace('=', '')]
    answer.writeHead(known ? 200 : 404, { 'content-type': 'application/xml' }).end(known ?? '')
  })
})
await new Promise(listening => server.listen(0, '127.0.0.1', listening))
const storage = createStorage({
  driver: s3({
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'secret',
    region: 'us-east-1',
    bucket: 'spices',
    endpoint: `http://127.0.0.1:${server.address().port}`,
  }),
})
console.log('unstorage 1.17.6')
const keys = await storage.getKeys()
console.log(`getKeys: ${JSON.stringify(keys)}`)
await storage.getItem(keys[0])
console.log(`getItem of that: ${asked.line}`)
await storage.clear()
console.log(`clear asks for ${asked.body} and says nothing`)
process.exit()
JS
seen=$(node finding.mjs 2>/dev/null)
echo "$seen"
[ "$seen" = 'unstorage 1.17.6
getKeys: ["salt&amp;pepper"]
getItem of that: GET /spices/salt%26amp%3Bpepper
clear asks for <Delete><Object><Key>salt&amp;amp;pepper</Key></Object></Delete> and says nothing' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
