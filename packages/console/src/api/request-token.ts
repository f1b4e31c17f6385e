/** By which a request that is sent twice is known to be one. Browsers make UUIDs on https and on localhost alone. */
export function requestToken(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-')
}
