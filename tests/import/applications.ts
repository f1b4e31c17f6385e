import { fileURLToPath } from 'node:url'
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { TestContext } from 'vitest'
import { contentOf } from '../support/content.ts'
import { requireCommand, requirePythonModule } from '../support/require-command.ts'
import { runCommand } from '../support/run-command.ts'
import { s3Client } from '../support/s3-client.ts'

const PART = contentOf('part', 5 * 1024 * 1024)

/** Runs an application against an address; what it sees. */
export type Application = (url: string, bucket: string) => Promise<unknown>

export const APPLICATIONS: readonly {
  readonly client: string
  /** Skips the test where there is no such client. */
  readonly prepare: (context: TestContext, folder: string) => Promise<Application>
}[] = [
  { client: 'the SDK for JavaScript', prepare: async () => withJavaScript },
  {
    client: 'boto3',
    async prepare(context, folder) {
      const python = await requirePythonModule(context, 'boto3')
      return scripted(folder, [python, '-B', scriptNamed('application.py')])
    },
  },
  {
    client: 'the AWS CLI',
    async prepare(context, folder) {
      for (const command of ['aws', 'curl']) await requireCommand(context, command)
      return scripted(folder, ['/bin/sh', scriptNamed('application.sh')])
    },
  },
]

function scriptNamed(name: string): string {
  return fileURLToPath(new URL(`applications/${name}`, import.meta.url))
}

/** The same script with each of the keys: its environment has nothing that differs but the address. */
function scripted(folder: string, [command = '', ...words]: readonly string[]): Application {
  return async (url, bucket) => {
    const seen: string[] = []
    for (const [accessKeyId, secretAccessKey] of KEYS) {
      const environment = {
        HOME: folder,
        AWS_ENDPOINT_URL: url,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_CONFIG_FILE: '/dev/null',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_PAGER: '',
        BUCKET: bucket,
      }
      const { text } = await runCommand(command, words, { directory: folder, environment })
      seen.push(text)
    }
    return seen
  }
}

const KEYS = [
  ['bob', 'bob12345'],
  ['svcbob', 'svcbob1234'],
  ['adm', 'minio123'],
] as const

/** What an application does with the SDK for JavaScript and keys that it has, and what it sees. */
async function withJavaScript(url: string, Bucket: string): Promise<unknown[]> {
  const seen: unknown[] = []
  for (const [accessKeyId, secretAccessKey] of KEYS) {
    const client = s3Client({ url, credentials: { accessKeyId, secretAccessKey } })
    const tell = async (work: Promise<unknown>): Promise<void> => {
      seen.push(await work.catch((error: unknown) => (error instanceof Error ? error.name : error)))
    }
    const Key = 'a'
    await tell(
      client
        .send(new ListObjectsV2Command({ Bucket, Prefix: 'a' }))
        .then(({ Contents }) => Contents?.map(({ ETag }) => ETag)),
    )
    await tell(
      client.send(new GetObjectCommand({ Bucket, Key })).then(({ Body }) => Body?.transformToString()),
    )
    await tell(client.send(new GetObjectTaggingCommand({ Bucket, Key })).then(({ TagSet }) => TagSet))
    await tell(client.send(new GetObjectCommand({ Bucket, Key: 'gone/ä+b c' })))
    const written = { Bucket, Key: `written by ${accessKeyId}` }
    await tell(
      client.send(new PutObjectCommand({ ...written, Body: url.slice(0, 4) })).then(({ ETag }) => ETag),
    )
    await tell(client.send(new GetObjectCommand(written)).then(({ Body }) => Body?.transformToString()))
    await tell(client.send(new GetBucketPolicyCommand({ Bucket })))
    await tell(getSignedUrl(client, new GetObjectCommand({ Bucket, Key })).then(readFrom))
    const uploaded = { Bucket, Key: `in parts by ${accessKeyId}` }
    await tell(uploadInParts(client, uploaded).then(({ ETag }) => ETag))
    await tell(
      client
        .send(new GetObjectCommand({ ...uploaded, Range: `bytes=${PART.length - 2}-${PART.length + 1}` }))
        .then(({ Body, ContentRange }) => Body?.transformToString('hex').then((hex) => [hex, ContentRange])),
    )
    await tell(versionsSeen(client, Bucket, Key))
    client.destroy()
  }
  return seen
}

async function readFrom(url: string): Promise<[number, string]> {
  const answer = await fetch(url)
  return [answer.status, await answer.text()]
}

async function uploadInParts(client: S3Client, named: { readonly Bucket: string; readonly Key: string }) {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(named))
  const Parts = []
  for (const [index, Body] of [PART, contentOf('rest', 1000)].entries()) {
    const { ETag } = await client.send(
      new UploadPartCommand({ ...named, UploadId, PartNumber: index + 1, Body }),
    )
    Parts.push({ ETag, PartNumber: index + 1 })
  }
  return client.send(new CompleteMultipartUploadCommand({ ...named, UploadId, MultipartUpload: { Parts } }))
}

/** The versions of a key as they are listed, and what each of them is. */
async function versionsSeen(client: S3Client, Bucket: string, Key: string): Promise<unknown[]> {
  const { Versions = [], DeleteMarkers } = await client.send(
    new ListObjectVersionsCommand({ Bucket, Prefix: Key }),
  )
  const bodies = Versions.map(async ({ VersionId, ETag, Size, IsLatest }) => {
    const { Body, TagCount, Metadata } = await client.send(new GetObjectCommand({ Bucket, Key, VersionId }))
    const text = (await Body?.transformToString())?.slice(0, 100)
    return [VersionId, ETag, Size, IsLatest, text, TagCount, Metadata]
  })
  return [await Promise.all(bodies), DeleteMarkers?.map(({ VersionId }) => VersionId)]
}
