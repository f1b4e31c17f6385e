import { ApiError } from './api-error.ts'
import { send } from './send.ts'

/** Asks the JSON API under `/-/` (docs/console-api.md). */
export async function askServer<T>(
  path: string,
  query: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<T> {
  const response = await send({ method: 'GET', path: `/-/${path}`, query, signal })
  return (await response.json()) as T
}

/** Has the server change something, by the same API. */
export async function changeAtServer(
  method: 'PUT' | 'DELETE',
  path: string,
  query: Readonly<Record<string, string>>,
): Promise<void> {
  await send({ method, path: `/-/${path}`, query })
}

export interface BucketUsage {
  readonly objects: number
  /** Of all versions. */
  readonly bytes: number
  /** Of parts of open uploads. */
  readonly partBytes: number
}

/** What buckets hold, by their names; nothing where one may not know. */
export async function usageByBucket(signal?: AbortSignal): Promise<ReadonlyMap<string, BucketUsage>> {
  const usage = new Map<string, BucketUsage>()
  let after: string | undefined
  do {
    const query = { limit: '1000', ...(after !== undefined && { after }) }
    const page = await askServer<UsagePage>('usage', query, signal).catch(nothingIfRefused)
    for (const { bucket, ...held } of page.buckets) usage.set(bucket, held)
    after = page.next
  } while (after !== undefined)
  return usage
}

interface UsagePage {
  readonly buckets: readonly (BucketUsage & { readonly bucket: string })[]
  readonly next?: string
}

function nothingIfRefused(error: unknown): UsagePage {
  if (error instanceof ApiError) return { buckets: [] }
  throw error
}

export type UsageStep = 'hour' | 'day'

export interface UsageSample {
  readonly time: string
  readonly objects: number
  readonly versions: number
  readonly bytes: number
  readonly partBytes: number
}

/** What a bucket held, the oldest first. */
export async function usageHistory(
  bucket: string,
  step: UsageStep,
  signal?: AbortSignal,
): Promise<readonly UsageSample[]> {
  const query = { bucket, step }
  return (await askServer<{ samples: UsageSample[] }>('usage-history', query, signal)).samples
}

export interface Question {
  readonly principal: string
  readonly action: string
  readonly resource: string
  /** Condition keys that the request would have. */
  readonly context?: Readonly<Record<string, string>> | undefined
}

export interface Explanation extends Question {
  readonly allowed: boolean
  /** For people: all that was looked at, and what decided. */
  readonly text: string
}

/** Why a request would be allowed or denied. */
export async function explain(question: Question, signal?: AbortSignal): Promise<Explanation> {
  const response = await send({ method: 'POST', path: '/-/explain', body: JSON.stringify(question), signal })
  return (await response.json()) as Explanation
}

/** A change as `/-/preview` takes it: an operation of S3 or IAM with its input. */
export interface Change {
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
}

/** What becomes of a question by a change; `error` where it cannot be told. */
export interface Effect extends Question {
  readonly before?: boolean
  readonly after?: boolean
  readonly reason?: string
  readonly error?: string
}

/** Who would gain and lose what by changes that are not made. */
export async function previewChanges(
  changes: readonly Change[],
  questions: readonly Question[],
): Promise<readonly Effect[]> {
  const body = JSON.stringify({ changes, questions })
  const response = await send({ method: 'POST', path: '/-/preview', body })
  return ((await response.json()) as { answers: Effect[] }).answers
}
