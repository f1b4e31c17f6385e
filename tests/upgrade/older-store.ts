import {
  CompleteMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { expect } from 'vitest'
import { type Credentials, mainAccount, otherAccount, testRegion } from '../support/accounts.ts'
import { contentOf } from '../support/content.ts'
import { runCommand } from '../support/run-command.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const stores = new URL('./stores/', import.meta.url)
export const names = (await readdir(stores)).map((name) => name.replace('.tar.zst', ''))

interface Told {
  readonly userKey?: Credentials
  readonly told: Record<string, unknown>
}

/** A store as an older version left it, in a folder of its own, and what that version told of it. */
export async function unpacked(name: string) {
  const folder = await temporaryDirectory()
  const at = (...path: string[]): string => join(folder.path, ...path)
  const packed = await readFile(new URL(`${name}.tar.zst`, stores))
  await runCommand('tar', ['-x', '-C', folder.path], { input: zstdDecompressSync(packed) })
  await writeFile(
    at('config.json'),
    JSON.stringify({ region: testRegion, accounts: [mainAccount, otherAccount] }),
  )
  const { told, userKey } = JSON.parse(await readFile(at('told.json'), 'utf8')) as Told
  withoutPartsOfWholes(told)
  return { at, told, userKey, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

/** The parts of an object whose checksum is of the whole were told one by one, by older versions. */
function withoutPartsOfWholes(told: object): void {
  for (const value of Object.values(told)) {
    if (typeof value === 'object' && value !== null) withoutPartsOfWholes(value as object)
  }
  const { Checksum, ObjectParts } = told as { Checksum?: { ChecksumType?: string }; ObjectParts?: object }
  if (!ObjectParts || Checksum?.ChecksumType === 'COMPOSITE') return
  for (const name of Object.keys(ObjectParts))
    if (name !== 'TotalPartsCount') Reflect.deleteProperty(ObjectParts, name)
}

async function textOf(client: S3Client, Key: string): Promise<string | undefined> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: 'plain', Key }))
  return Body?.transformToString()
}

/** Writes beside, over and away what an older version wrote, and ends its upload. */
export async function change(client: S3Client, told: Record<string, unknown>): Promise<void> {
  const { uploads } = told['plain'] as { uploads: { UploadId: string; Parts: { ETag: string }[] }[] }
  const [upload] = uploads
  const Parts = upload?.Parts.map(({ ETag }) => ({ ETag, PartNumber: 1 }))
  const ended = { Bucket: 'plain', Key: 'open', UploadId: upload?.UploadId, MultipartUpload: { Parts } }
  await client.send(new CompleteMultipartUploadCommand(ended))
  for (const Key of ['new', 'small'])
    await client.send(new PutObjectCommand({ Bucket: 'plain', Key, Body: `today's ${Key}` }))
  await client.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'lärge/ключ' }))
  await client.send(new DeleteObjectCommand({ Bucket: 'versioned', Key: 'before' }))
  expect(await textOf(client, 'open')).toBe(contentOf('open', 2000).toString())
  for (const Key of ['new', 'small']) expect(await textOf(client, Key)).toBe(`today's ${Key}`)
  await expect(textOf(client, 'lärge/ключ')).rejects.toMatchObject({ name: 'NoSuchKey' })
}
