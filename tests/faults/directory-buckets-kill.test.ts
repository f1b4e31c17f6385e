import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createDirectoryBucket, expressRequest } from '../conformance/directory-buckets/directory-room.ts'
import { blobFiles } from '../support/blob-files.ts'
import { contentOf } from '../support/content.ts'
import { type RawRequest, type ServerAddress, xmlTexts } from '../support/raw-request.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { sweep } from './sweep.ts'

/** An object that is appended to, and gets another name now and then. */
interface Log {
  readonly name: string
  /** How often it was renamed. */
  number: number
  /** What was acknowledged of it. */
  pieces: Buffer[]
  /** What was begun since, and may have happened. */
  begun: 'rename' | Buffer | undefined
}

const keyOf = ({ name, number }: Log): string => `${name}-${number}`

/** Every third is a blob of its own, the others stand in the metadata. */
const pieceOf = (name: string, number: number): Buffer =>
  contentOf(`${name} ${number}`, number % 3 === 0 ? 60_000 : 150)

const isBlob = (piece: Buffer): boolean => piece.length > 50_000

type Change = Pick<RawRequest, 'query' | 'headers' | 'body'>

async function change(server: ServerAddress, path: string, request: Change): Promise<void> {
  const answer = await expressRequest(server, { method: 'PUT', path, ...request })
  expect([answer.status, answer.errorCode]).toEqual([200, undefined])
}

async function append(server: ServerAddress, bucket: string, log: Log): Promise<void> {
  const offset = log.pieces.reduce((sum, { length }) => sum + length, 0)
  const body = pieceOf(log.name, log.pieces.length)
  log.begun = body
  const headers = { 'x-amz-write-offset-bytes': String(offset) }
  await change(server, `/${bucket}/${keyOf(log)}`, { headers, body })
  log.pieces.push(body)
}

async function rename(server: ServerAddress, bucket: string, log: Log): Promise<void> {
  const key = keyOf({ ...log, number: log.number + 1 })
  log.begun = 'rename'
  const headers = { 'x-amz-rename-source': keyOf(log), 'x-amz-client-token': key }
  await change(server, `/${bucket}/${key}`, { query: 'renameObject=', headers })
  log.number++
}

/** Appends and renames until the server is gone. */
async function write(server: ServerAddress, bucket: string, log: Log): Promise<void> {
  for (let turn = 0; ; turn++) {
    try {
      await (turn % 4 === 3 ? rename : append)(server, bucket, log)
      log.begun = undefined
    } catch (error) {
      if (error instanceof Error && error.name === 'AssertionError') throw error
      return
    }
  }
}

/** Each log is there under one name, with all that was acknowledged, and of what was only begun all or nothing. */
async function look(server: ServerAddress, bucket: string, logs: readonly Log[]): Promise<void> {
  const { text } = await expressRequest(server, { path: `/${bucket}`, query: 'list-type=2' })
  const keys = xmlTexts(text, 'Key')
  expect(keys).toHaveLength(logs.length)
  for (const log of logs) {
    if (log.begun === 'rename' && !keys.includes(keyOf(log))) log.number++
    expect(keys).toContain(keyOf(log))
    const { body } = await expressRequest(server, { path: `/${bucket}/${keyOf(log)}` })
    if (log.begun instanceof Buffer && body.length > Buffer.concat(log.pieces).length)
      log.pieces.push(log.begun)
    expect(body.equals(Buffer.concat(log.pieces))).toBe(true)
    log.begun = undefined
  }
}

it(
  'what was appended and renamed stays so, however often the server is killed',
  { timeout: 180_000 },
  async () => {
    await using folder = await temporaryDirectory()
    const dataDirectory = join(folder.path, 'data')
    let bucket = ''
    const logs: Log[] = ['a', 'b', 'c', 'd'].map((name) => ({
      name,
      number: 0,
      pieces: [],
      begun: undefined,
    }))
    for (let round = 0; round < 4; round++) {
      await using server = await startServerProcess({ dataDirectory })
      if (round === 0) bucket = await createDirectoryBucket(server, 'logs')
      else await look(server, bucket, logs)
      const writing = Promise.all(logs.map((log) => write(server, bucket, log)))
      await delay(400 + 250 * round)
      await server.end('SIGKILL')
      await writing
    }
    await using server = await startServerProcess({ dataDirectory })
    await look(server, bucket, logs)
    // It went on after each kill, and renamed as well.
    for (const { number } of logs) expect(number).toBeGreaterThan(4)
    const [first, ...others] = logs
    const key = first ? keyOf(first) : ''
    const { status } = await expressRequest(server, { method: 'DELETE', path: `/${bucket}/${key}` })
    expect(status).toBe(204)
    await server.end('SIGTERM')
    await sweep(dataDirectory)
    // None of an append that did not happen, and none of the object that is gone.
    const blobs = others.reduce((sum, { pieces }) => sum + pieces.filter(isBlob).length, 0)
    expect(await blobFiles(dataDirectory)).toHaveLength(blobs)
  },
)
