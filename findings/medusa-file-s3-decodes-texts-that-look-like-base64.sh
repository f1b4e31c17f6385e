#!/bin/sh
# Medusa's file provider for S3 (@medusajs/file-s3), and short texts.
#
# One would expect a text to be stored as it was given: the types of Medusa's upload workflow say of content that it is base64 for images, and for
# CSV files the CSV itself.
#
# @medusajs/file-s3 2.21.2 stores the bytes that content stands for whenever it is base64 in its usual form, whatever its type. A SHA-256 in
# hexadecimal is, as are a token of 32 letters that proves a domain, a key that is written in base64, the JSON values 2024, true and null, and a CSV
# of the one header code. They become 48, 24 and 3 bytes of something else, under their own type and without an error. One more character, a newline
# at the end for instance, and the text is kept: whether an export survives depends on its content. @medusajs/file-local, for work without S3, decodes
# by the same rule.
#
# What follows: content in base64 always, as Medusa's own routes have it; or a newline at the end of a text.
#
# Printed (the text, and in hexadecimal what S3 is sent):
#   @medusajs/file-s3 2.21.2
#   text/csv code: 72875e
#   text/csv code and a newline: 636f64650a
#   text/plain 64 digits of a SHA-256: 48 bytes
#   application/json true: b6bb9e
#   application/json 2024: db4db8
#   application/json 2025.5: 323032352e35
#   text/plain YWJjZA==, base64 of abcd: 61626364
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent @medusajs/file-s3@2.21.2 @medusajs/framework@2.21.2 >/dev/null
cat >finding.cjs <<'JS'
const { createHash } = require('node:crypto')
const { createServer } = require('node:http')
const provider = require('@medusajs/file-s3').default

let stored
const server = createServer((request, answer) => {
  const parts = []
  request.on('data', part => parts.push(part)).on('end', () => {
    stored = Buffer.concat(parts)
    answer.setHeader('etag', '"e"').end()
  })
})
server.listen(0, '127.0.0.1', async () => {
  const [FileService] = provider.services
  const files = new FileService(
    { logger: console },
    {
      file_url: 'http://files.example',
      access_key_id: 'AKIDEXAMPLE',
      secret_access_key: 'secret',
      region: 'us-east-1',
      bucket: 'b',
      endpoint: `http://127.0.0.1:${server.address().port}`,
      additional_client_config: { forcePathStyle: true }
    }
  )
  const hash = createHash('sha256').update('hello').digest('hex')
  const texts = [
    ['text/csv', 'code', 'code'],
    ['text/csv', 'code\n', 'code and a newline'],
    ['text/plain', hash, '64 digits of a SHA-256'],
    ['application/json', 'true', 'true'],
    ['application/json', '2024', '2024'],
    ['application/json', '2025.5', '2025.5'],
    ['text/plain', 'YWJjZA==', 'YWJjZA==, base64 of abcd']
  ]
  console.log('@medusajs/file-s3 2.21.2')
  for (const [mimeType, content, name] of texts) {
    await files.upload({ filename: 'text', mimeType, content, access: 'private' })
    console.log(`${mimeType} ${name}: ${stored.length > 10 ? `${stored.length} bytes` : stored.toString('hex')}`)
  }
  process.exit()
})
JS
seen=$(node finding.cjs 2>errors) || cat errors >&2
echo "$seen"
[ "$seen" = '@medusajs/file-s3 2.21.2
text/csv code: 72875e
text/csv code and a newline: 636f64650a
text/plain 64 digits of a SHA-256: 48 bytes
application/json true: b6bb9e
application/json 2024: db4db8
application/json 2025.5: 323032352e35
text/plain YWJjZA==, base64 of abcd: 61626364' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
