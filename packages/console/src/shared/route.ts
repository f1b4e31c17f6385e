import { computed, signal } from '@preact/signals'

/** Where in the console somebody is; written in the hash, so that it can be kept and sent. */
export interface Route {
  /** Parts of the path, decoded: `['buckets', 'photos']`. */
  readonly parts: readonly string[]
  readonly query: Readonly<Record<string, string>>
}

const hash = signal(location.hash)
addEventListener('hashchange', () => (hash.value = location.hash))

export const route = computed(() => parseRoute(hash.value))

function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?')
  const parts = path.split('/').filter((part) => part !== '')
  return {
    parts: parts.map((part) => decodedPart(part)),
    query: Object.fromEntries(new URLSearchParams(query)),
  }
}

/** A link to a place; what is empty is left out. */
export function linkTo(parts: readonly string[], query: Readonly<Record<string, string>> = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== '')
  const text = given.length === 0 ? '' : `?${new URLSearchParams(given)}`
  return `#/${parts.map(encodeURIComponent).join('/')}${text}`
}

export function go(link: string): void {
  location.hash = link
}

function decodedPart(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
