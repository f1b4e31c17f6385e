import { gunzipSync } from 'node:zlib'
import { parquetReadObjects } from 'hyparquet'
import { expect } from 'vitest'
import { mainAccount } from '../../support/accounts.ts'
import { type RawAnswer, type RawRequest, rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import { objectPath } from '../../support/signature-v4.ts'
import { expectStatus, TimeRoom, type TimeRoomOptions } from '../../support/time-room.ts'
import type { Statement } from '../access/access-room.ts'
import { inventoryOf, type InventoryParts, inventoryXml, reportStatement } from './inventory-documents.ts'

export const REPORTS = 'the-reports'

type Parts = Omit<RawRequest, 'path' | 'method' | 'date'>

/** A report as its manifest tells of it, with its rows; empty fields are not among them. */
export interface Report {
  readonly manifest: Readonly<Record<string, unknown>>
  readonly columns: readonly string[]
  readonly files: readonly { readonly key: string; readonly rows: number }[]
  readonly rows: readonly Readonly<Record<string, unknown>>[]
}

/** A bucket whose reports go into another one, and a clock that tests move. It is a Saturday. */
export class ReportRoom extends TimeRoom {
  static override async open(options: TimeRoomOptions = {}): Promise<ReportRoom> {
    await using stack = new AsyncDisposableStack()
    const time = stack.use(await TimeRoom.open(options))
    time.server.clock.set(new Date('2030-06-01T12:00:00Z'))
    const room = new ReportRoom(time.server)
    expectStatus(await room.ask('PUT', REPORTS))
    await room.setPolicy(REPORTS, reportStatement(room.bucket, REPORTS, mainAccount.id))
    stack.move()
    return room
  }

  /** A request to any bucket. */
  ask(method: string, bucket: string, key?: string, parts: Parts = {}): Promise<RawAnswer> {
    const path = key === undefined ? `/${bucket}` : objectPath(bucket, key)
    return rawRequest(this.server, { ...parts, method, path, date: this.now })
  }

  async setPolicy(bucket: string, ...statements: readonly Statement[]): Promise<void> {
    const Statement = statements.map((statement) => ({ Effect: 'Allow', ...statement }))
    const body = JSON.stringify({ Version: '2012-10-17', Statement })
    const headers = { 'content-md5': referenceChecksum('MD5', body) }
    expectStatus(await this.ask('PUT', bucket, undefined, { query: 'policy=', body, headers }), 204)
  }

  async setInventory(id: string, parts: InventoryParts = {}): Promise<void> {
    expectStatus(await this.putDocument('', inventoryOf(id), inventoryXml(id, parts)))
  }

  /** The keys in a destination. */
  async keysIn(bucket = REPORTS, prefix = ''): Promise<string[]> {
    const query = `list-type=2&prefix=${encodeURIComponent(prefix)}`
    return xmlTexts((await this.ask('GET', bucket, undefined, { query })).text, 'Key')
  }

  async bytes(key: string, bucket = REPORTS): Promise<Buffer> {
    const answer = await this.ask('GET', bucket, key)
    expectStatus(answer)
    return answer.body
  }

  /** What has been delivered of one configuration, oldest first; each held against its checksums and its symlink. */
  async reports(id: string, bucket = REPORTS, prefix = ''): Promise<Report[]> {
    const folder = `${prefix}${this.bucket}/${id}/`
    const manifests = (await this.keysIn(bucket, folder)).filter((key) => key.endsWith('/manifest.json'))
    return Promise.all(manifests.map((key) => this.#report(bucket, key, folder)))
  }

  async #report(bucket: string, manifestKey: string, folder: string): Promise<Report> {
    const text = (await this.bytes(manifestKey, bucket)).toString()
    const checksum = await this.bytes(manifestKey.replace('.json', '.checksum'), bucket)
    expectSame(checksum.toString(), md5(text))
    const manifest = JSON.parse(text) as {
      files: { key: string; size: number; MD5checksum: string }[]
    } & Record<'fileFormat' | 'fileSchema' | 'creationTimestamp', string>
    const time = manifestKey.slice(folder.length, -'Z/manifest.json'.length).replace('T', '-')
    const symlink = await this.bytes(`${folder}hive/dt=${time}/symlink.txt`, bucket)
    expectSame(symlink.toString(), manifest.files.map(({ key }) => `s3://${bucket}/${key}\n`).join(''))
    const read = manifest.fileFormat === 'CSV' ? csvRows : parquetRows
    const found = await Promise.all(
      manifest.files.map(async ({ key, size, MD5checksum }) => {
        const bytes = await this.bytes(key, bucket)
        expectSame([bytes.length, md5(bytes)], [size, MD5checksum])
        return { key, rows: await read(bytes, manifest.fileSchema) }
      }),
    )
    return {
      manifest,
      columns: manifest.fileSchema.split(/[,;] /),
      files: found.map(({ key, rows }) => ({ key, rows: rows.length })),
      rows: found.flatMap(({ rows }) => rows),
    }
  }
}

function expectSame(actual: unknown, expected: unknown): void {
  expect(actual).toEqual(expected)
}

function md5(bytes: Uint8Array | string): string {
  return Buffer.from(referenceChecksum('MD5', bytes), 'base64').toString('hex')
}

/** All fields are quoted; nothing in them is, but for keys, which are percent-encoded. */
async function csvRows(bytes: Buffer, schema: string): Promise<Record<string, unknown>[]> {
  const names = schema.split(', ')
  const lines = gunzipSync(bytes).toString().split('\n')
  expect(lines.pop()).toBe('')
  return lines.map((line) => {
    const fields = line.slice(1, -1).split('","')
    expect(fields).toHaveLength(names.length)
    const pairs = names.map((name, at) => [name, fields[at]] as const).filter(([, value]) => value !== '')
    return Object.fromEntries(
      pairs.map(([name, value]) => [name, name === 'Key' ? decodedKey(value) : value]),
    )
  })
}

function decodedKey(key = ''): string {
  return decodeURIComponent(key.replaceAll('+', ' '))
}

async function parquetRows(bytes: Buffer): Promise<Record<string, unknown>[]> {
  const file = Uint8Array.from(bytes).buffer
  const rows = await parquetReadObjects({ file })
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)))
}
