import type { EncodedResponse } from '../protocol/encode.ts'

/** An answer of the JSON API, which nobody keeps. */
export function answerJson(
  status: number,
  answer: object,
  headers: Readonly<Record<string, string>> = {},
): EncodedResponse {
  const own = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }
  return { status, headers: { ...own, ...headers }, body: `${JSON.stringify(answer)}\n` }
}
