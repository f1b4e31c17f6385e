#!/bin/sh
# @auth0/s3 and @monolambda/s3, which keep the high-level client s3 for Node.js alive, and deletions of more than 1000 objects.
#
# One would expect deleteObjects to do what it is offered for beside the SDK's: to make several requests where there are more than 1000 objects,
# and to emit end when all of them are deleted.
#
# @auth0/s3 1.0.1 and @monolambda/s3 1.0.2 begin all requests at once with one and the same object of parameters, whose list of keys they
# exchange for each. That goes well where the SDK has its credentials at hand. Where it has to ask for them first, as with the role of an ECS task or
# an EC2 instance, all requests that wait for the answer are built from the last list: of 2500 objects the last 500 are deleted, three times, and
# end comes with a progress of 2500. It is so with the first call of a process, and whenever the credentials have to be fetched anew; a test
# on a desk, with keys in the environment, does not show it.
# moveObject of both copies by CopySource, which is percent-encoded, and then deletes what stands there, still encoded: of a move of "a+b.txt"
# the original stays, or an object called a%2Bb.txt goes, and end comes, too.
#
# What follows: hand over 1000 objects at most and wait for end; copyObject and deleteObjects in place of moveObject.
#
# Printed (2500 deleted, then bucket/a%2Bb.txt moved):
#   @auth0/s3 1.0.1, keys at hand: deleted 2500, progress 2500; copied bucket/a%2Bb.txt, deleted a%2Bb.txt
#   @auth0/s3 1.0.1, keys to be fetched: deleted 500, progress 2500; copied bucket/a%2Bb.txt, deleted a%2Bb.txt
#   @monolambda/s3 1.0.2, keys at hand: deleted 2500, progress 2500; copied bucket/a%2Bb.txt, deleted a%2Bb.txt
#   @monolambda/s3 1.0.2, keys to be fetched: deleted 500, progress 2500; copied bucket/a%2Bb.txt, deleted a%2Bb.txt
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent @auth0/s3@1.0.1 @monolambda/s3@1.0.2 >/dev/null
cat >finding.cjs <<'JS'
const { once } = require('node:events')
const { createServer } = require('node:http')

async function main() {
  let deleted = new Set(), copied
  const server = createServer(async (request, answer) => {
    const body = Buffer.concat(await request.toArray()).toString()
    if (request.url === '/credentials') {
      const until = new Date(Date.now() + 3600000).toISOString()
      return answer.end(JSON.stringify({ AccessKeyId: 'ASIAEXAMPLE', SecretAccessKey: 'secret', Token: 'token', Expiration: until }))
    }
    for (const [, key] of body.matchAll(/<Key>(.*?)<\/Key>/g)) deleted.add(key)
    copied = request.headers['x-amz-copy-source'] ?? copied
    answer.end(request.method === 'PUT' ? '<CopyObjectResult><ETag>e</ETag></CopyObjectResult>' : '<DeleteResult/>')
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const endpoint = `http://127.0.0.1:${server.address().port}`
  process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI = `${endpoint}/credentials`

  for (const name of ['@auth0/s3', '@monolambda/s3']) {
    const { AWS, createClient } = require(name)
    const where = { region: 'us-east-1', endpoint, s3ForcePathStyle: true }
    const ways = { 'at hand': { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }, 'to be fetched': { credentials: new AWS.ECSCredentials() } }
    for (const [way, credentials] of Object.entries(ways)) {
      const client = createClient({ s3Options: { ...where, ...credentials } })
      const deletion = client.deleteObjects({ Bucket: 'bucket', Delete: { Objects: Array.from({ length: 2500 }, (_, at) => ({ Key: `key-${at}` })) } })
      await once(deletion, 'end')
      const many = deleted.size
      deleted = new Set()
      await once(client.moveObject({ Bucket: 'bucket', Key: 'moved', CopySource: 'bucket/a%2Bb.txt' }), 'end')
      const { version } = require(`${name}/package.json`)
      console.log(`${name} ${version}, keys ${way}: deleted ${many}, progress ${deletion.progressAmount}; copied ${copied}, deleted ${[...deleted]}`)
      deleted = new Set()
    }
  }
  server.close()
}
main()
JS
seen=$(node finding.cjs 2>/dev/null)
echo "$seen"
[ "$seen" = '@auth0/s3 1.0.1, keys at hand: deleted 2500, progress 2500; copied bucket/a%2Bb.txt, deleted a%2Bb.txt
@auth0/s3 1.0.1, keys to be fetched: deleted 500, progress 2500; copied bucket/a%2Bb.txt, deleted a%2Bb.txt
@monolambda/s3 1.0.2, keys at hand: deleted 2500, progress 2500; copied bucket/a%2Bb.txt, deleted a%2Bb.txt
@monolambda/s3 1.0.2, keys to be fetched: deleted 500, progress 2500; copied bucket/a%2Bb.txt, deleted a%2Bb.txt' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
