#!/bin/sh
# Small clients for Node.js and the keys of a listing.
#
# One would expect the keys that a listing names to come back as they are: strings, letter for letter, since the next request
# (GetObject, DeleteObjects) is made of them.
#
# aws-lite and lean-s3 let their XML parser guess types: the key 007 becomes the number 7, 1e5 becomes 100000, 0x1F becomes 31, and
# aws-lite makes true a boolean besides. Whoever copies or deletes what was listed asks for objects that are not there, and S3 calls
# the deletion of a missing object a success. lean-s3 and s3mini also cut spaces at either end of a key. s3mini keeps numbers.
#
# What follows: no keys of digits alone (dates, ids, padded counters), and no spaces at their ends, where these clients list. A letter
# or a hyphen in the key is enough: 2024-01-02 and 007.txt stay strings.
#
# Printed:
#   @aws-lite/client 0.23.7 with @aws-lite/s3 0.2.7 [7,100000,31,true,"2024-01-02","end "]
#   lean-s3 0.6.3 [7,100000,31,true,"2024-01-02","end"]
#   s3mini 1.0.2 ["007","1e5","0x1F","true","2024-01-02","end"]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent @aws-lite/client@0.23.7 @aws-lite/s3@0.2.7 lean-s3@0.6.3 s3mini@1.0.2 >/dev/null
cat >finding.mjs <<'JS'
import { createServer } from 'node:http'
import awsLite from '@aws-lite/client'
import { S3Client } from 'lean-s3'
import { S3mini } from 's3mini'

const contents = ['007', '1e5', '0x1F', 'true', '2024-01-02', 'end ']
  .map(key => `<Contents><Key>${key}</Key><LastModified>2024-01-02T03:04:05.000Z</LastModified><ETag>&quot;e&quot;</ETag><Size>1</Size></Contents>`)
  .join('')
const listing = `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>photos</Name><Prefix></Prefix><KeyCount>6</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>${contents}</ListBucketResult>`
const server = createServer((_, answer) => answer.setHeader('content-type', 'application/xml').end(listing))
await new Promise(listening => server.listen(0, '127.0.0.1', listening))
const endpoint = `http://127.0.0.1:${server.address().port}`
const settings = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', region: 'us-east-1' }
const show = (client, keys) => console.log(client, JSON.stringify(keys))

const lite = await awsLite({ ...settings, endpoint, plugins: [import('@aws-lite/s3')] })
const ofLite = await lite.S3.ListObjectsV2({ Bucket: 'photos' })
show('@aws-lite/client 0.23.7 with @aws-lite/s3 0.2.7', ofLite.Contents.map(object => object.Key))
const ofLean = await new S3Client({ ...settings, endpoint, bucket: 'photos' }).list()
show('lean-s3 0.6.3', ofLean.contents.map(object => object.key))
const ofMini = await new S3mini({ ...settings, endpoint: `${endpoint}/photos` }).listObjects()
show('s3mini 1.0.2', ofMini.map(object => object.Key))
process.exit()
JS
seen=$(node finding.mjs 2>/dev/null)
echo "$seen"
[ "$seen" = '@aws-lite/client 0.23.7 with @aws-lite/s3 0.2.7 [7,100000,31,true,"2024-01-02","end "]
lean-s3 0.6.3 [7,100000,31,true,"2024-01-02","end"]
s3mini 1.0.2 ["007","1e5","0x1F","true","2024-01-02","end"]' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
