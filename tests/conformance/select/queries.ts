import {
  type S3Client,
  SelectObjectContentCommand,
  type SelectObjectContentRequest,
} from '@aws-sdk/client-s3'
import { expect } from 'vitest'

export type Query = Omit<SelectObjectContentRequest, 'Bucket' | 'Key' | 'ExpressionType'>

/** What a query came to: its records, and what the other events say. */
export interface Selected {
  readonly text: string
  readonly events: readonly string[]
  readonly stats: Readonly<Record<string, number | undefined>>
}

/** Asks through the SDK; fails unless the answer is whole. */
export async function select(client: S3Client, bucket: string, key: string, query: Query): Promise<Selected> {
  const { Payload } = await client.send(
    new SelectObjectContentCommand({ Bucket: bucket, Key: key, ExpressionType: 'SQL', ...query }),
  )
  const pieces: Uint8Array[] = []
  const events: string[] = []
  let stats: Selected['stats'] = {}
  for await (const event of Payload ?? []) {
    events.push(Object.keys(event).join())
    if (event.Records?.Payload) pieces.push(event.Records.Payload)
    if (event.Stats?.Details) stats = { ...event.Stats.Details }
  }
  expect(events.at(-1)).toBe('End')
  return { text: Buffer.concat(pieces).toString(), events, stats }
}

/** The body of a raw request. `members` replace those of a query of CSV. */
export function selectDocument(members: Readonly<Record<string, string>> = {}): string {
  const all = {
    Expression: 'SELECT * FROM S3Object',
    ExpressionType: 'SQL',
    InputSerialization: '<CSV/>',
    OutputSerialization: '<CSV/>',
    ...members,
  }
  const elements = Object.entries(all).map(([name, content]) => `<${name}>${content}</${name}>`)
  return `<SelectObjectContentRequest xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${elements.join('')}</SelectObjectContentRequest>`
}

export const QUERY = 'select=&select-type=2'
