import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { openLmdb } from '../../packages/server/src/metadata/engines/lmdb.ts'
import type { Table } from '../../packages/server/src/metadata/table.ts'
import { withMd5 } from '../conformance/access/access-room.ts'
import { createBucket, getObject, listKeys, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { DamagedStore } from '../support/damaged-store.ts'
import { executable } from '../support/executable.ts'
import { rawRequest, xmlTexts } from '../support/raw-request.ts'
import { type CommandResult, runCommand } from '../support/run-command.ts'
import { startTestServer } from '../support/server.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

export const LARGE_BYTES = 100_000
export const BUCKET = 'scrubbed'

const VERSIONING = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
const CORS =
  '<CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule></CORSConfiguration>'

/** A store with a row of every kind that objects bring: seven object versions, of which one is older, and an open upload. */
export async function makeStore(dataDirectory: string): Promise<void> {
  await using server = await startTestServer({ dataDirectory, minimumPartBytes: 1 })
  await createBucket(server, BUCKET)
  const ask = async (method: string, key: string, query: string, body: string | Uint8Array = '') => {
    const headers = typeof body === 'string' ? withMd5(body) : {}
    const answer = await rawRequest(server, { method, path: `/${BUCKET}${key}`, query, body, headers })
    if (answer.status >= 300) throw new Error(`${method} ${key}?${query}: ${answer.text}`)
    return answer
  }
  await putObject(server, BUCKET, 'small', 'inline')
  await putObject(server, BUCKET, 'large', contentOf('large', LARGE_BYTES))
  await putObject(server, BUCKET, 'other', 'stays whole')
  for (const key of ['parts', 'open']) {
    const uploadId = xmlTexts((await ask('POST', `/${key}`, 'uploads=')).text, 'UploadId')[0] ?? ''
    const bytes = contentOf(key, LARGE_BYTES)
    const { headers } = await ask('PUT', `/${key}`, `partNumber=1&uploadId=${uploadId}`, bytes)
    const part = `<Part><PartNumber>1</PartNumber><ETag>${headers.etag}</ETag></Part>`
    const body = `<CompleteMultipartUpload>${part}</CompleteMultipartUpload>`
    if (key === 'parts') await ask('POST', `/${key}`, `uploadId=${uploadId}`, body)
  }
  await ask('PUT', '', 'versioning=', VERSIONING)
  await ask('PUT', '', 'cors=', CORS)
  for (const body of ['one', 'two']) await putObject(server, BUCKET, 'versions', body)
}

/** A folder of its own, to be damaged. */
export async function copyOf(made: { readonly path: string }) {
  const folder = await temporaryDirectory()
  await cp(made.path, folder.path, { recursive: true })
  return folder
}

/** Reaches into a data folder that no server has open. */
export async function damage(data: string, how: (store: DamagedStore) => Promise<unknown>): Promise<void> {
  const damaged = new DamagedStore()
  await using store = await openLmdb({ path: join(data, 'metadata') })
  damaged.wrap(store)
  await how(damaged)
}

/** Removes all rows of a table. */
export function removeAll(table: Pick<Table<never, unknown>, 'range'>) {
  return async (damaged: DamagedStore): Promise<void> => {
    const entries = await damaged.entries(table)
    const keys = entries.map(({ key }) => key)
    await damaged.write([], keys)
  }
}

export function holdfast(data: string, command: string, ...options: string[]): Promise<CommandResult> {
  const line = [executable, command, '--data', data, ...options]
  return runCommand(process.execPath, line, { allowFailure: true })
}

/** What a server on a store answers for each key of the bucket. */
export async function contentsOf(dataDirectory: string): Promise<Record<string, string>> {
  await using server = await startTestServer({ dataDirectory })
  const found: Record<string, string> = {}
  for (const key of await listKeys(server, BUCKET)) {
    const { status, body } = await getObject(server, BUCKET, key)
    found[key] = `${status} ${body.toString('base64')}`
  }
  return found
}
