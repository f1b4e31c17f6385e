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

export interface Question {
  readonly principal: string
  readonly action: string
  readonly resource: string
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
