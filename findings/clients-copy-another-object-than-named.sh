#!/bin/sh
# Clients that name the source of a copy, and keys with a percent sign or a plus.
#
# One would expect a client that takes the key of the source to URL-encode it for x-amz-copy-source, as CopyObject asks for: S3 decodes
# the header before it looks, %20 and + to a space.
#
# rust-s3 0.38.0 (copy_object_internal) sends the key as it is, so a%20b stands for the object "a b". minio 8.0.7 for Node.js (copyObject with
# CopySourceOptions, and composeObject) uses encodeURI, which leaves a plus, so a+b stands for "a b" as well. Where that object is there
# too, the copy succeeds, with another object's bytes under the new name; otherwise it is NoSuchKey. Sources as strings in the same
# copyObject of minio are encoded right.
#
# What follows: compare the ETag of the result with that of the source, or encode the key before (rust-s3), or give minio the string form.
#
# Printed (the bucket holds "a b", "a+b" and "a%20b", each with its own name as content):
#   rust-s3 0.38.0: copy of "a%20b" has "a b", copy of "a+b" has "a b"
#   minio 8.0.7, CopySourceOptions: copy of "a%20b" has "a%20b", copy of "a+b" has "a b"
#   minio 8.0.7, string: copy of "a%20b" has "a%20b", copy of "a+b" has "a+b"
#
# Needs cargo.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent minio@8.0.7 >/dev/null
mkdir -p rust/src
cat >rust/Cargo.toml <<'TOML'
[package]
name = "finding"
version = "0.0.0"
edition = "2021"

[dependencies]
rust-s3 = { version = "=0.38.0", default-features = false, features = ["sync", "fail-on-err"] }
TOML
cat >rust/src/main.rs <<'RUST'
use s3::{creds::Credentials, Bucket, Region};

fn main() {
    let endpoint = std::env::args().nth(1).unwrap();
    let region = Region::Custom { region: "us-east-1".into(), endpoint };
    let credentials = Credentials::new(Some("AKIDEXAMPLE"), Some("secret"), None, None, None).unwrap();
    let bucket = Bucket::new("bucket", region, credentials).unwrap().with_path_style();
    for key in ["a%20b", "a+b"] {
        bucket.copy_object_internal(key, format!("copy of {key}")).unwrap();
    }
}
RUST
CARGO_TARGET_DIR="$folder/target" cargo build --quiet --manifest-path rust/Cargo.toml 2>/dev/null
cat >finding.mjs <<'JS'
import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { promisify } from 'node:util'
import { Client, CopyDestinationOptions, CopySourceOptions } from 'minio'

const objects = new Map(['a b', 'a+b', 'a%20b'].map(key => [`bucket/${key}`, key]))
const result = '<CopyObjectResult><ETag>&quot;e&quot;</ETag><LastModified>2024-01-02T03:04:05.000Z</LastModified></CopyObjectResult>'
const server = createServer((request, answer) => {
  const source = decodeURIComponent(request.headers['x-amz-copy-source'].replaceAll('+', ' ')).replace(/^\//, '')
  if (!objects.has(source)) return answer.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>')
  objects.set(decodeURIComponent(request.url.slice(1)), objects.get(source))
  answer.writeHead(200, { 'content-type': 'application/xml' }).end(result)
})
await new Promise(listening => server.listen(0, '127.0.0.1', listening))
const { port } = server.address()
const client = new Client({ endPoint: '127.0.0.1', port, useSSL: false, accessKey: 'AKIDEXAMPLE', secretKey: 'secret', region: 'us-east-1' })

function show(client) {
  const copies = ['a%20b', 'a+b'].map(key => `copy of "${key}" has "${objects.get(`bucket/copy of ${key}`)}"`)
  console.log(`${client}: ${copies.join(', ')}`)
}
await promisify(execFile)('target/debug/finding', [`http://127.0.0.1:${port}`])
show('rust-s3 0.38.0')
for (const key of ['a%20b', 'a+b']) {
  const source = new CopySourceOptions({ Bucket: 'bucket', Object: key })
  await client.copyObject(source, new CopyDestinationOptions({ Bucket: 'bucket', Object: `copy of ${key}` }))
}
show('minio 8.0.7, CopySourceOptions')
for (const key of ['a%20b', 'a+b']) await client.copyObject('bucket', `copy of ${key}`, `/bucket/${key}`)
show('minio 8.0.7, string')
process.exit()
JS
seen=$(node finding.mjs)
echo "$seen"
[ "$seen" = 'rust-s3 0.38.0: copy of "a%20b" has "a b", copy of "a+b" has "a b"
minio 8.0.7, CopySourceOptions: copy of "a%20b" has "a%20b", copy of "a+b" has "a b"
minio 8.0.7, string: copy of "a%20b" has "a%20b", copy of "a+b" has "a+b"' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
