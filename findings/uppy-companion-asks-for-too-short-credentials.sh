#!/bin/sh
# Uppy's Companion, and temporary credentials for browsers that sign their uploads themselves.
#
# One would expect GET /s3/sts of a Companion that has a key, a bucket and a region to answer credentials: it is there for that, and needs no further
# setting. Its /s3/params and /s3/multipart work so.
#
# @uppy/companion 6.2.2 asks GetFederationToken for credentials that last as long as its presigned URLs, s3.expires, which are 800 seconds as it comes (in the
# standalone server, too, where it is COMPANION_AWS_EXPIRES). STS gives none for less than 900; its API Reference says so. So it answers 500, always,
# until somebody makes the URLs last longer. A good key and good permissions change nothing, and uploads whose URLs Companion signs go well.
#
# What follows: expires of 900 or more, or a route of one's own that asks STS for its own duration.
#
# Printed:
#   @uppy/companion 6.2.2
#   as it comes: STS is asked for 800 seconds, /s3/sts answers 500
#   with expires of 900: STS is asked for 900 seconds, /s3/sts answers 200
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent --ignore-scripts @uppy/companion@6.2.2 express@5.2.1 >/dev/null
cat >finding.mjs <<'JS'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

let asked
const sts = createServer((request, answer) => {
  const parts = []
  request.on('data', part => parts.push(part)).on('end', () => {
    asked = Number(new URLSearchParams(Buffer.concat(parts).toString()).get('DurationSeconds'))
    answer.setHeader('content-type', 'text/xml')
    if (asked < 900) {
      const why = `1 validation error detected: Value '${asked}' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900`
      return answer.writeHead(400).end(`<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>${why}</Message></Error></ErrorResponse>`)
    }
    const credentials = '<AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2040-01-01T00:00:00Z</Expiration>'
    answer.end(`<GetFederationTokenResponse><GetFederationTokenResult><Credentials>${credentials}</Credentials></GetFederationTokenResult></GetFederationTokenResponse>`)
  })
})
await new Promise(listening => sts.listen(0, '127.0.0.1', listening))
process.env.AWS_ENDPOINT_URL_STS = `http://127.0.0.1:${sts.address().port}`
const { default: express } = await import('express')
const companion = await import('@uppy/companion')

async function ask(more) {
  const { app } = companion.app({
    providerOptions: {},
    server: { host: 'localhost', protocol: 'http' },
    filePath: process.cwd(),
    secret: 'secret of this Companion',
    corsOrigins: true,
    uploadUrls: ['http://localhost'],
    metrics: false,
    s3: { key: 'AKIDEXAMPLE', secret: 'secret', bucket: 'b', region: 'us-east-1', ...more },
  })
  const server = express().use(app).listen(0, '127.0.0.1')
  await new Promise(listening => server.once('listening', listening))
  const { status } = await fetch(`http://127.0.0.1:${server.address().port}/s3/sts`)
  return `STS is asked for ${asked} seconds, /s3/sts answers ${status}`
}

const { version } = JSON.parse(readFileSync('node_modules/@uppy/companion/package.json', 'utf8'))
const seen = [`@uppy/companion ${version}`, `as it comes: ${await ask({})}`, `with expires of 900: ${await ask({ expires: 900 })}`]
console.log(seen.map(line => `finding: ${line}`).join('\n'))
process.exit()
JS
# Companion writes a log of its own to the same output.
seen=$(node --no-warnings finding.mjs 2>errors | sed -n 's/^finding: //p') || cat errors >&2
echo "$seen"
[ "$seen" = '@uppy/companion 6.2.2
as it comes: STS is asked for 800 seconds, /s3/sts answers 500
with expires of 900: STS is asked for 900 seconds, /s3/sts answers 200' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
