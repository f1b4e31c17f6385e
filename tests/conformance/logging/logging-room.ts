import { type RawRequest, rawRequest, type ServerAddress, xmlTexts } from '../../support/raw-request.ts'
import { objectPath } from '../../support/signature-v4.ts'
import { TimeRoom, type TimeRoomOptions } from '../../support/time-room.ts'
import { type AccessRoom, type Parts, type Statement, withMd5 } from '../access/access-room.ts'
import { parseLog, type ParsedRecord } from '../../support/parse-log.ts'

export const LOGGING = { query: 'logging=' }

/** How long records wait, by default. */
export const DELIVERY_MILLISECONDS = 300_000

/** A configuration as XML; without a target the empty one. */
export function loggingXml(target?: string, prefix = '', more = ''): string {
  const inner =
    target === undefined
      ? ''
      : `<LoggingEnabled><TargetBucket>${target}</TargetBucket>${more}<TargetPrefix>${prefix}</TargetPrefix></LoggingEnabled>`
  return `<BucketLoggingStatus xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner}</BucketLoggingStatus>`
}

export function putParts(body: string): Parts {
  return { ...LOGGING, body, headers: withMd5(body) }
}

/** The statement that S3's documentation shows. */
export function deliveryStatement(target: string, condition?: Statement): Statement {
  return {
    Principal: { Service: 'logging.s3.amazonaws.com' },
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::${target}/*`,
    ...(condition && { Condition: condition }),
  }
}

/** A bucket that takes log objects, by policy. */
export async function targetBucket(room: AccessRoom): Promise<string> {
  const target = await room.bucket()
  await room.policy(target, deliveryStatement(target))
  return target
}

/** Signed by the server's first account unless there are other credentials. */
type AskParts = Omit<RawRequest, 'path' | 'method' | 'date'>

/** Every log object of a bucket, with its records. */
export interface LogObject {
  readonly key: string
  readonly records: readonly ParsedRecord[]
}

/** What stands in a target bucket. */
export async function logObjects(
  server: ServerAddress,
  target: string,
  date = new Date(),
): Promise<LogObject[]> {
  const { text } = await rawRequest(server, { path: `/${target}`, query: 'list-type=2', date })
  return Promise.all(
    xmlTexts(text, 'Key').map(async (key) => {
      const object = await rawRequest(server, { path: objectPath(target, key), date })
      return { key, records: parseLog(object.text) }
    }),
  )
}

/** A bucket that is logged, its target, and a clock that tests move. */
export class LoggingRoom implements AsyncDisposable {
  readonly time: TimeRoom
  readonly target = 'the-logs'

  private constructor(time: TimeRoom) {
    this.time = time
  }

  static async open(options: TimeRoomOptions = {}, prefix = 'log/', more = ''): Promise<LoggingRoom> {
    const room = new LoggingRoom(await TimeRoom.open(options))
    await room.ask('PUT', room.target)
    await room.setPolicy(room.target)
    await room.setLogging(room.time.bucket, loggingXml(room.target, prefix, more))
    return room
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.time[Symbol.asyncDispose]()
  }

  /** A request to any bucket. */
  ask(method: string, bucket: string, key?: string, parts: AskParts = {}) {
    const path = key === undefined ? `/${bucket}` : objectPath(bucket, key)
    return rawRequest(this.time.server, { ...parts, method, path, date: this.time.now })
  }

  async setPolicy(target: string, statement: Statement = deliveryStatement(target)): Promise<void> {
    const body = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] })
    await this.must('PUT', target, { query: 'policy=', body, headers: withMd5(body) })
  }

  async setLogging(bucket: string, body: string): Promise<void> {
    await this.must('PUT', bucket, putParts(body))
  }

  async must(method: string, bucket: string, parts: AskParts = {}): Promise<void> {
    const answer = await this.ask(method, bucket, undefined, parts)
    if (answer.status >= 300) throw new Error(`${method} ${bucket}: ${answer.status} ${answer.text}`)
  }

  /** Lets the time of a delivery come. */
  async deliver(): Promise<void> {
    await this.time.server.settle()
    this.time.server.clock.advance(DELIVERY_MILLISECONDS)
    await this.time.server.settle()
  }

  /** What has been delivered so far. */
  objects(target = this.target): Promise<LogObject[]> {
    return logObjects(this.time.server, target, this.time.now)
  }

  /** All records that were delivered, after the time of a delivery has come. */
  async records(): Promise<ParsedRecord[]> {
    await this.deliver()
    return (await this.objects()).flatMap(({ records }) => records)
  }
}
