#!/bin/sh
# Remix's file storage on S3 (@remix-run/file-storage-s3), and keys with spaces or with slashes at their ends.
#
# One would expect list to give the keys that set was given, so that get and remove of what was listed find it.
#
# @remix-run/file-storage-s3 0.1.2 asks for listings with encoding-type=url, in which S3 has a plus for a space and %2B for a plus, and decodes
# by decodeURIComponent, which leaves a plus: "a b.txt" is listed as "a+b.txt". get of that is null, or another object's file if there is one of
# that name, under the key asked for; remove deletes the other object, or tells of a success where there is none, and "a b.txt" stays. A sweep by
# list and remove leaves all keys with spaces. Slashes at either end of a key are cut before it is sent, so "photos/" and "/photos" overwrite
# "photos"; the storages in files and in memory, which have the same interface, keep them apart.
#
# What follows: encodeURIComponent of each key, or of what users may choose in it, before it is given to the storage.
#
# Printed:
#   @remix-run/file-storage-s3 0.1.2
#   set: "a b.txt", "a+b.txt", "c d.txt", "photos", "photos/"
#   listed: "a+b.txt", "a+b.txt", "c+d.txt", "photos"
#   get of "c+d.txt": null
#   get of "photos": the file of "photos/"
#   left when all that was listed is removed: "a b.txt", "c d.txt"
#   in memory, left: none
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent @remix-run/file-storage-s3@0.1.2 @remix-run/file-storage@0.13.7 >/dev/null
cat >finding.mjs <<'JS'
import { createServer } from 'node:http'
import { createMemoryFileStorage } from '@remix-run/file-storage/memory'
import { createS3FileStorage } from '@remix-run/file-storage-s3'

const objects = new Map()
const server = createServer(async (request, answer) => {
  const url = new URL(request.url, 'http://host')
  const key = decodeURIComponent(url.pathname.slice('/box/'.length))
  const body = Buffer.concat(await request.toArray())
  if (url.searchParams.has('list-type')) {
    // As Amazon's S3 encodes: like a form, but for slashes.
    const encoded = key => encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/')
    const keys = [...objects.keys()].sort().map(key => `<Contents><Key>${encoded(key)}</Key><Size>1</Size></Contents>`)
    return answer.end(`<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>${keys.join('')}</ListBucketResult>`)
  }
  if (request.method === 'PUT') objects.set(key, body)
  else if (request.method === 'DELETE') objects.delete(key), answer.writeHead(204)
  else if (!objects.has(key)) answer.writeHead(404)
  else answer.write(objects.get(key))
  answer.end()
})
await new Promise(listening => server.listen(0, '127.0.0.1', listening))

const named = keys => [...keys].map(key => JSON.stringify(key)).join(', ') || 'none'
const keys = ['a b.txt', 'a+b.txt', 'c d.txt', 'photos', 'photos/']
const listed = async storage => (await storage.list({ limit: 100 })).files.map(file => file.key)
async function sweep(storage) {
  for (const key of await listed(storage)) await storage.remove(key)
}
const s3 = createS3FileStorage({
  accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', bucket: 'box', region: 'us-east-1', endpoint: `http://127.0.0.1:${server.address().port}`
})
const memory = createMemoryFileStorage()
for (const storage of [s3, memory]) for (const key of keys) await storage.set(key, new File([key], 'file'))
console.log(`set: ${named(keys)}`)
console.log(`listed: ${named(await listed(s3))}`)
console.log(`get of "c+d.txt": ${await s3.get('c+d.txt')}`)
console.log(`get of "photos": the file of "${await (await s3.get('photos')).text()}"`)
await sweep(s3)
console.log(`left when all that was listed is removed: ${named([...objects.keys()].sort())}`)
await sweep(memory)
console.log(`in memory, left: ${named(await listed(memory))}`)
server.close()
JS
seen=$(echo "@remix-run/file-storage-s3 $(node -p "require('./node_modules/@remix-run/file-storage-s3/package.json').version")" && node finding.mjs)
echo "$seen"
[ "$seen" = '@remix-run/file-storage-s3 0.1.2
set: "a b.txt", "a+b.txt", "c d.txt", "photos", "photos/"
listed: "a+b.txt", "a+b.txt", "c+d.txt", "photos"
get of "c+d.txt": null
get of "photos": the file of "photos/"
left when all that was listed is removed: "a b.txt", "c d.txt"
in memory, left: none' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
