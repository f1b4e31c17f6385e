#!/bin/sh
# The S3 store of tus (@tus/s3-store), and uploads in parts that somebody else has under way in the same bucket.
#
# One would expect cleanUpExpiredUploads, which the store's page offers to a cron job where a rule of the lifecycle is too coarse, to end uploads
# that came by way of the tus server. Each of them has an object of its own that tells so, KEY.info.
#
# @tus/s3-store 2.0.7 lists all uploads in parts of the bucket and aborts each that began longer ago than expirationPeriodInMilliseconds,
# with or without KEY.info. A backup that the AWS CLI uploads for hours is gone in its middle, and what goes on with it meets NoSuchUpload.
# Of every such key the objects KEY.info and KEY.part are deleted too, whoever put them there. What is counted are these deletions, which
# S3 answers for objects that never were as well.
#
# What follows: a bucket of its own for tus, or rules of the lifecycle in place of cleanUpExpiredUploads.
#
# Printed (film is an upload of tus, backup.tar one of the AWS CLI, both begun two days ago, and backup.tar.info a note beside the backup of before):
#   @tus/s3-store 2.0.7, @tus/server 2.4.5
#   cleanUpExpiredUploads: 4
#   aborted: backup.tar, film
#   deleted: backup.tar.info, backup.tar.part, film.info, film.part
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent @tus/s3-store@2.0.7 @tus/server@2.4.5 >/dev/null
cat >finding.mjs <<'JS'
import { createServer } from 'node:http'
import { S3Store } from '@tus/s3-store'
import { Server } from '@tus/server'

const day = 24 * 60 * 60 * 1000
const uploads = ['backup.tar', 'film']
const began = new Date(Date.now() - 2 * day).toISOString()
const aborted = []
let deleted = []
function answerOf(method, url, body) {
  if (url.searchParams.has('uploads')) {
    const each = uploads.map(key => `<Upload><Key>${key}</Key><UploadId>of-${key}</UploadId><Initiated>${began}</Initiated></Upload>`)
    return `<ListMultipartUploadsResult><Bucket>b</Bucket><IsTruncated>false</IsTruncated>${each.join('')}</ListMultipartUploadsResult>`
  }
  if (url.searchParams.has('delete')) {
    deleted = [...body.matchAll(/<Key>([^<]*)/g)].map(([, key]) => key)
    return `<DeleteResult>${deleted.map(key => `<Deleted><Key>${key}</Key></Deleted>`).join('')}</DeleteResult>`
  }
  if (method === 'DELETE') aborted.push(url.searchParams.get('uploadId').replace('of-', ''))
  return ''
}
const server = createServer((request, answer) => {
  let body = ''
  request.on('data', some => (body += some)).on('end', () => {
    const xml = answerOf(request.method, new URL(request.url, 'http://s3'), body)
    answer.writeHead(xml ? 200 : 204, { 'content-type': 'application/xml' }).end(xml)
  })
})
await new Promise(listening => server.listen(0, '127.0.0.1', listening))
const datastore = new S3Store({
  expirationPeriodInMilliseconds: day,
  s3ClientConfig: {
    bucket: 'b',
    endpoint: `http://127.0.0.1:${server.address().port}`,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  },
})
const count = await new Server({ path: '/files', datastore }).cleanUpExpiredUploads()
console.log('@tus/s3-store 2.0.7, @tus/server 2.4.5')
console.log(`cleanUpExpiredUploads: ${count}`)
console.log(`aborted: ${aborted.sort().join(', ')}`)
console.log(`deleted: ${deleted.sort().join(', ')}`)
process.exit()
JS
seen=$(node finding.mjs 2>/dev/null)
echo "$seen"
[ "$seen" = '@tus/s3-store 2.0.7, @tus/server 2.4.5
cleanUpExpiredUploads: 4
aborted: backup.tar, film
deleted: backup.tar.info, backup.tar.part, film.info, film.part' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
