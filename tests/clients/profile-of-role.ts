import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'

// Prints who it is and what an object holds, by what the environment says alone: `node profile-of-role.ts BUCKET`.
const { Arn } = await new STSClient().send(new GetCallerIdentityCommand())
const s3 = new S3Client({ forcePathStyle: true })
const { Body } = await s3.send(new GetObjectCommand({ Bucket: process.argv[2], Key: 'k' }))
process.stdout.write(JSON.stringify({ arn: Arn, body: await Body?.transformToString() }))
