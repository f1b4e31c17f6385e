#!/bin/sh
# amazon-s3-uri, which takes URLs of S3 apart.
#
# One would expect a region that a client can be made with, or none; and of s3://BUCKET/KEY, which only tools of the command line
# know and which they do not encode, the key as it stands there.
#
# amazon-s3-uri 1.0.0 takes whatever follows s3- in the host for the region: accelerate, accesspoint, website-us-east-1. The name and
# the account of an access point become the bucket, while the region, which is there, is dropped. Keys of s3:// are decoded and end
# at a question mark, so that 100%25 and what?.txt lead to other objects than in the AWS CLI.
#
# What follows: look at the region before a client is made with it, and cut s3:// at its third slash oneself.
#
# Printed:
#   amazon-s3-uri 1.0.0
#   https://photos.s3.eu-west-1.amazonaws.com/cat.jpg: eu-west-1 photos cat.jpg
#   https://photos.s3-accelerate.amazonaws.com/cat.jpg: accelerate photos cat.jpg
#   https://readers-100000000001.s3-accesspoint.eu-west-1.amazonaws.com/cat.jpg: accesspoint readers-100000000001 cat.jpg
#   http://photos.s3-website-us-east-1.amazonaws.com/cat.jpg: website-us-east-1 photos cat.jpg
#   s3://photos/100%25: us-east-1 photos 100%
#   s3://photos/what?.txt: us-east-1 photos what
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent amazon-s3-uri@1.0.0 >/dev/null
cat >finding.cjs <<'JS'
const AmazonS3URI = require('amazon-s3-uri')

console.log('amazon-s3-uri 1.0.0')
for (const url of [
  'https://photos.s3.eu-west-1.amazonaws.com/cat.jpg',
  'https://photos.s3-accelerate.amazonaws.com/cat.jpg',
  'https://readers-100000000001.s3-accesspoint.eu-west-1.amazonaws.com/cat.jpg',
  'http://photos.s3-website-us-east-1.amazonaws.com/cat.jpg',
  's3://photos/100%25',
  's3://photos/what?.txt',
]) {
  const { region, bucket, key } = AmazonS3URI(url)
  console.log(`${url}: ${region} ${bucket} ${key}`)
}
JS
seen=$(node finding.cjs 2>/dev/null)
echo "$seen"
[ "$seen" = 'amazon-s3-uri 1.0.0
https://photos.s3.eu-west-1.amazonaws.com/cat.jpg: eu-west-1 photos cat.jpg
https://photos.s3-accelerate.amazonaws.com/cat.jpg: accelerate photos cat.jpg
https://readers-100000000001.s3-accesspoint.eu-west-1.amazonaws.com/cat.jpg: accesspoint readers-100000000001 cat.jpg
http://photos.s3-website-us-east-1.amazonaws.com/cat.jpg: website-us-east-1 photos cat.jpg
s3://photos/100%25: us-east-1 photos 100%
s3://photos/what?.txt: us-east-1 photos what' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
