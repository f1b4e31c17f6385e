import { invalidRequest } from './administration-error.ts'

const DEFAULT_ITEMS = 100
const MOST_ITEMS = 1000

/** Which part of a list a request asks for. */
export interface AskedPage {
  readonly limit: number
  /** The place behind which it begins, as an answer before named it: parts of a key. */
  readonly after: readonly string[] | undefined
}

export const PAGE_PARAMETERS = ['limit', 'after'] as const

/** Throws InvalidRequest. */
export function askedPage(query: URLSearchParams): AskedPage {
  const text = query.get('limit')
  const limit = text === null ? DEFAULT_ITEMS : Number(text)
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_ITEMS) {
    throw invalidRequest(`limit has to be a whole number from 1 to ${MOST_ITEMS}`)
  }
  return { limit, after: placeIn(query.get('after')) }
}

/** So much of the items, and where the next page begins; `how.placeOf`: what of an item the list is in the order of. */
export async function pageOf<Item, Shown>(
  items: AsyncIterable<Item>,
  { limit }: AskedPage,
  how: { placeOf(item: Item): readonly string[]; show(item: Item): Promise<Shown> | Shown },
): Promise<{ readonly items: readonly Shown[]; readonly next?: string }> {
  const shown: Shown[] = []
  let last: Item | undefined
  for await (const item of items) {
    if (last !== undefined && shown.length === limit) return { items: shown, next: nameOf(how.placeOf(last)) }
    last = item
    shown.push(await how.show(item))
  }
  return { items: shown }
}

/** A key and ids: longer ones are of nothing that there is. */
const MOST_PLACE_BYTES = 1200

function nameOf(place: readonly string[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

function placeIn(text: string | null): readonly string[] | undefined {
  if (text === null) return undefined
  try {
    const place: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    const isPlace = Array.isArray(place) && place.every((part) => typeof part === 'string')
    if (
      isPlace &&
      place.every((part) => part.isWellFormed()) &&
      Buffer.byteLength(place.join()) <= MOST_PLACE_BYTES
    )
      return place
  } catch {
    // Told below.
  }
  throw invalidRequest('after has to be the next of an answer before')
}
