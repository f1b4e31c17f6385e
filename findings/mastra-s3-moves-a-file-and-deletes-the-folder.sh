#!/bin/sh
# Mastra's file system on S3 (@mastra/s3), files whose key is also the beginning of others, and bytes that are no text.
#
# One would expect moveFile and deleteFile to touch the one file that they name. S3 can have report beside report/1.csv, and stat of this file system
# says of report that it is a file. And appendFile with a Buffer to add its bytes, as it does in Mastra's file system on a disk.
#
# @mastra/s3 0.6.1 asks first whether anything lies below report/, and if so removes all of that, and not report: after moveFile('report', …) the
# copy is there, report as well, and the folder is gone. Neither method says a word. Folders as such are nothing that moveFile takes: without
# the object report it is a FileNotFoundError. appendFile reads and writes as UTF-8: what is no UTF-8 becomes U+FFFD, in the bytes that are
# added and in those that were there.
#
# What follows: where others write to the bucket too, no deleteFile and no moveFile without a look at readdir of the same path; and writeFile of the
# whole for anything but text.
#
# Printed (the bucket holds report, report/1.csv and report/2.csv; the file has the bytes 1f8b08):
#   @mastra/s3 0.6.1, @mastra/core 1.71.0
#   stat of report: file
#   moveFile of report: left archive, report
#   deleteFile of report: left report
#   appendFile of ff, on the disk: 1f8b08ff
#   appendFile of ff, in S3: 1fefbfbd08efbfbd
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent @mastra/s3@0.6.1 @mastra/core@1.71.0 >/dev/null
cat >finding.mjs <<'JS'
import { createServer } from 'node:http'
import { LocalFilesystem } from '@mastra/core/workspace'
import { S3Filesystem } from '@mastra/s3'

let objects
const xml = (answer, inner) => answer.writeHead(200, { 'content-type': 'application/xml' }).end(inner)
function reply(request, url, body, answer) {
  const key = decodeURIComponent(url.pathname.slice('/b/'.length))
  const source = request.headers['x-amz-copy-source']
  if (url.searchParams.has('list-type')) {
    const found = [...objects.keys()].filter(name => name.startsWith(url.searchParams.get('prefix')))
    const each = found.map(name => `<Contents><Key>${name}</Key><Size>3</Size></Contents>`).join('')
    return xml(answer, `<ListBucketResult><Name>b</Name><IsTruncated>false</IsTruncated>${each}</ListBucketResult>`)
  }
  if (url.searchParams.has('delete')) {
    for (const [, name] of body.toString().matchAll(/<Key>([^<]*)/g)) objects.delete(name)
    return xml(answer, '<DeleteResult></DeleteResult>')
  }
  if (source !== undefined) {
    objects.set(key, objects.get(decodeURIComponent(source).replace(/^b\//, '')))
    return xml(answer, '<CopyObjectResult><ETag>e</ETag></CopyObjectResult>')
  }
  if (request.method === 'PUT') objects.set(key, body)
  if (request.method === 'DELETE') objects.delete(key)
  const content = key === '' ? Buffer.alloc(0) : objects.get(key)
  if (request.method === 'HEAD' && content) return answer.writeHead(200, { 'content-length': content.length }).end()
  if (request.method === 'GET' && content) return answer.end(content)
  answer.writeHead(request.method === 'PUT' ? 200 : request.method === 'DELETE' ? 204 : 404).end()
}
const server = createServer((request, answer) => {
  const parts = []
  request.on('data', part => parts.push(part)).on('end', () => reply(request, new URL(request.url, 'http://s3'), Buffer.concat(parts), answer))
})
await new Promise(listening => server.listen(0, '127.0.0.1', listening))
const files = new S3Filesystem({
  bucket: 'b',
  region: 'us-east-1',
  endpoint: `http://127.0.0.1:${server.address().port}`,
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'secret',
})
const left = () => [...objects.keys()].sort().join(', ')
const fill = () => (objects = new Map(['report', 'report/1.csv', 'report/2.csv'].map(key => [key, Buffer.from(key)])))

console.log('@mastra/s3 0.6.1, @mastra/core 1.71.0')
fill()
console.log(`stat of report: ${(await files.stat('report')).type}`)
await files.moveFile('report', 'archive')
console.log(`moveFile of report: left ${left()}`)
fill()
await files.deleteFile('report')
console.log(`deleteFile of report: left ${left()}`)
const disk = new LocalFilesystem({ basePath: './disk' })
await disk.init()
for (const [name, each] of Object.entries({ 'on the disk': disk, 'in S3': files })) {
  await each.writeFile('log.gz', Buffer.from('1f8b08', 'hex'))
  await each.appendFile('log.gz', Buffer.from('ff', 'hex'))
  console.log(`appendFile of ff, ${name}: ${(await each.readFile('log.gz')).toString('hex')}`)
}
process.exit()
JS
seen=$(node finding.mjs 2>errors) || cat errors >&2
echo "$seen"
[ "$seen" = '@mastra/s3 0.6.1, @mastra/core 1.71.0
stat of report: file
moveFile of report: left archive, report
deleteFile of report: left report
appendFile of ff, on the disk: 1f8b08ff
appendFile of ff, in S3: 1fefbfbd08efbfbd' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
