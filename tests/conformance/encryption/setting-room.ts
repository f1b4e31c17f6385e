import { type RawAnswer, xmlTexts } from '../../support/raw-request.ts'
import { type AccessRoom, type Who, withMd5 } from '../access/access-room.ts'

export const SETTING = { query: 'encryption=' }

/** `BlockedEncryptionTypes` */
export function blocking(...types: readonly string[]): string {
  const elements = types.map((type) => `<EncryptionType>${type}</EncryptionType>`)
  return `<BlockedEncryptionTypes>${elements.join('')}</BlockedEncryptionTypes>`
}

export const BLOCKED = blocking('SSE-C')
export const UNBLOCKED = blocking('NONE')
export const BUCKET_KEY = '<BucketKeyEnabled>true</BucketKeyEnabled>'

/** What GetBucketEncryption shows of a bucket that nobody set a default for. */
export const AT_FIRST = {
  SSEAlgorithm: ['AES256'],
  KMSMasterKeyID: [],
  BucketKeyEnabled: ['false'],
  EncryptionType: [],
}

export function putSetting(
  room: AccessRoom,
  bucket: string,
  body: string,
  who: Who = 'owner',
): Promise<RawAnswer> {
  return room.ask(who, 'PUT', bucket, undefined, { ...SETTING, body, headers: withMd5(body) })
}

/** GetBucketEncryption, which has to succeed: the texts of its elements. */
export async function shownSetting(room: AccessRoom, bucket: string): Promise<Record<string, string[]>> {
  const { text } = await room.must('owner', 'GET', bucket, undefined, SETTING)
  return Object.fromEntries(Object.keys(AT_FIRST).map((name) => [name, xmlTexts(text, name)]))
}
