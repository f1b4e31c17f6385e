#!/bin/sh
# MinIO (community edition, its last version) and when an object that it has acknowledged is on the disk.
#
# One would expect the 200 to a PutObject to come after all that a power cut must not take, as it writes the object with O_DIRECT and
# fdatasync before it answers.
#
# Version 20260212201848-7aac2a2c5b7c flushes the bytes in a file of its folder for temporary ones, gives it the object's name with
# renameat and answers. Nothing flushes the folder that the name is in: until the file system does so by itself (every 5 s with ext4 as it
# comes) a power cut leaves no object of that name. With MINIO_FS_OSYNC=on, which it is without as it comes, sync() of
# all file systems comes between the rename and the answer.
#
# What follows: set MINIO_FS_OSYNC=on where an acknowledged object must be there, and when its speed is held against that of others which flush names.
#
# Printed (system calls of one PutObject, from the flush of the bytes on):
#   minio 20260212201848-7aac2a2c5b7c
#   as it comes: fdatasync, renameat, 200
#   MINIO_FS_OSYNC=on: fdatasync, renameat, sync, 200
#
# Needs go 1.24 or newer, strace and Node.js.
set -eu
folder=$(mktemp -d)
trap 'kill "$(cat server 2>/dev/null)" 2>/dev/null || true; wait; rm -rf "$folder"' EXIT
cd "$folder"
version=v0.0.0-20260212201848-7aac2a2c5b7c
printf 'module finding\n\ngo 1.24\n' >go.mod
GOFLAGS=-mod=mod GOBIN="$folder/bin" go install "github.com/minio/minio@$version" 2>go.log || { cat go.log; exit 1; }
npm init -y >/dev/null
npm install --no-audit --no-fund --silent @aws-sdk/client-s3@3.1175.0 >/dev/null
cat >put.mjs <<'JS'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'

const s3 = new S3Client({
  endpoint: 'http://127.0.0.1:9733',
  region: 'us-east-1',
  forcePathStyle: true,
  maxAttempts: 20,
  credentials: { accessKeyId: 'finding1', secretAccessKey: 'finding-secret' },
})
await s3.send(new CreateBucketCommand({ Bucket: 'first' }))
// The second of two: what a first object needs is made by then.
for (const Key of ['warm', 'object']) await s3.send(new PutObjectCommand({ Bucket: 'first', Key, Body: Buffer.alloc(4096, 'x') }))
JS
# The calls between the flush of the bytes of first/object and the answer, in their order.
calls() {
  rm -rf data
  mkdir data
  MINIO_ROOT_USER=finding1 MINIO_ROOT_PASSWORD=finding-secret MINIO_BROWSER=off strace -f -qq -o trace -e trace=fdatasync,fsync,syncfs,sync,renameat,renameat2,write \
    sh -c 'echo $$ >server; exec bin/minio server data --address 127.0.0.1:9733' >minio.log 2>&1 &
  sleep 5
  node --no-warnings put.mjs
  kill "$(cat server)"
  wait
  rm server
  awk '
    / resumed>/ { next }
    { call = $2; sub(/\(.*/, "", call) }
    call == "fdatasync" { seen = "fdatasync"; named = 0; next }
    call ~ /^renameat/ && /data\/first\/object\/xl\.meta"\)/ { seen = seen ", renameat"; named = 1; next }
    named && call ~ /^(sync|syncfs|fsync)$/ { seen = seen ", " call; next }
    named && call == "write" && /"HTTP\/1\.1 200/ { print seen ", 200"; exit }
  ' trace
}
seen=$(
  echo "minio ${version#v0.0.0-}"
  echo "as it comes: $(unset MINIO_FS_OSYNC; calls)"
  echo "MINIO_FS_OSYNC=on: $(MINIO_FS_OSYNC=on; export MINIO_FS_OSYNC; calls)"
)
echo "$seen"
[ "$seen" = "minio 20260212201848-7aac2a2c5b7c
as it comes: fdatasync, renameat, 200
MINIO_FS_OSYNC=on: fdatasync, renameat, sync, 200" ]
