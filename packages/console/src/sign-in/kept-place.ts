const KEPT_AS = 'holdfast.place'

/** For who leaves the page for a provider and comes back. */
export function keepPlace(): void {
  sessionStorage.setItem(KEPT_AS, location.hash)
}

/** Where somebody was before; the buckets where they were nowhere. */
export function takeKeptPlace(): string {
  const place = sessionStorage.getItem(KEPT_AS) ?? ''
  sessionStorage.removeItem(KEPT_AS)
  return place === '' || place.startsWith('#/sign') ? '#/buckets' : place
}
