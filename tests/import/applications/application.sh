#!/bin/sh
# What an application does with the AWS CLI, and what it sees. The address and the keys come from the environment alone.
try() {
  printf '== %s\n' "$1 $2"
  aws "$@" 2>errors || sed -n 's/.*error occurred (\([A-Za-z0-9]*\)).*/\1/p' errors
}
head -c 9000000 /dev/zero >large
mine="with the CLI by $AWS_ACCESS_KEY_ID"

try s3api list-objects-v2 --bucket "$BUCKET" --prefix a --query 'Contents[].[Key,ETag,Size]'
try s3api get-object --bucket "$BUCKET" --key a out --query '[ETag,ContentLength,ContentType,Metadata]'
cat out
try s3api get-object-tagging --bucket "$BUCKET" --key a --query TagSet
try s3api get-object --bucket "$BUCKET" --key 'gone/ä+b c' out
try s3 ls "s3://$BUCKET/parts/"
try s3 cp --only-show-errors "s3://$BUCKET/parts/undefined" back
sha256sum back
try s3 cp --only-show-errors large "s3://$BUCKET/$mine"
try s3api head-object --bucket "$BUCKET" --key "$mine" --query '[ETag,ContentLength,Metadata]'
try s3api get-bucket-policy --bucket "$BUCKET"
printf '== presigned\n'
curl -s "$(aws s3 presign "s3://$BUCKET/a")"
try s3api list-object-versions --bucket "$BUCKET" --prefix a \
  --query '[Versions[].[VersionId,ETag,Size,IsLatest],DeleteMarkers[].VersionId]'
