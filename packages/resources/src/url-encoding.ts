/**
 * A name as a listing with `encoding-type=url` gives it. Listings are always asked for in that form, since a key may
 * hold characters that XML cannot carry.
 */
export function decodeName(name: string): string {
  return decodeURIComponent(name.replaceAll('+', ' '))
}
