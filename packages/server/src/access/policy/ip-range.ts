/** An address as four words of 32 bits; an IPv4 address, mapped into IPv6 or not, has only the last. */
interface Address {
  readonly isIpv4: boolean
  readonly words: readonly number[]
}

export interface IpRange {
  readonly isIpv4: boolean
  readonly prefixBits: number
  contains(text: string): boolean
}

/** Reads an address or a CIDR range, IPv4 or IPv6. `undefined` where it is neither. */
export function parseIpRange(text: string): IpRange | undefined {
  const [addressText = '', bits, ...rest] = text.trim().split('/')
  const address = parseAddress(addressText)
  if (!address || rest.length > 0) return undefined
  const width = address.isIpv4 ? 32 : 128
  const prefixBits = bits === undefined ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
  if (!(prefixBits <= width)) return undefined
  const masks = masksOf(prefixBits + (128 - width))
  return {
    isIpv4: address.isIpv4,
    prefixBits,
    contains(text) {
      const other = addressOf(text)
      if (!other || other.isIpv4 !== address.isIpv4) return false
      return masks.every(
        (mask, word) => (((other.words[word] ?? 0) ^ (address.words[word] ?? 0)) & mask) === 0,
      )
    },
  }
}

/** Every range of every statement asks for the same address: the request's. */
let latest: { readonly text: string; readonly address: Address | undefined } | undefined

function addressOf(text: string): Address | undefined {
  if (latest?.text !== text) latest = { text, address: parseAddress(text) }
  return latest.address
}

function masksOf(prefixBits: number): number[] {
  return [0, 32, 64, 96].map((before) => {
    const bits = Math.min(32, Math.max(0, prefixBits - before))
    return bits === 0 ? 0 : (-1 << (32 - bits)) >>> 0
  })
}

function parseAddress(text: string): Address | undefined {
  const ipv4 = parseIpv4(text)
  if (ipv4 !== undefined) return { isIpv4: true, words: [0, 0, 0, ipv4] }
  const words = parseIpv6(text)
  if (!words) return undefined
  const isMapped = words[0] === 0 && words[1] === 0 && words[2] === 0xffff
  return isMapped ? { isIpv4: true, words: [0, 0, 0, words[3] ?? 0] } : { isIpv4: false, words }
}

function parseIpv4(text: string): number | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) {
    return undefined
  }
  return parts.reduce((word, part) => word * 256 + Number(part), 0)
}

/** A zone (`%eth0`) says nothing about where an address is from. */
function parseIpv6(text: string): number[] | undefined {
  const [address = ''] = text.split('%')
  const halves = address.split('::')
  if (halves.length > 2 || address.length > 45) return undefined
  const head = parseGroups(halves[0] ?? '')
  const tail = parseGroups(halves[1] ?? '')
  if (!head || !tail) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const groups = [...head, ...Array<number>(missing).fill(0), ...tail]
  return [0, 2, 4, 6].map((index) => (groups[index] ?? 0) * 0x10000 + (groups[index + 1] ?? 0))
}

/** Groups of 16 bits; the last two may be written as an IPv4 address. */
function parseGroups(text: string): number[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  const ipv4 = parseIpv4(parts.at(-1) ?? '')
  if (ipv4 !== undefined) parts.splice(-1, 1, (ipv4 >>> 16).toString(16), (ipv4 & 0xffff).toString(16))
  return parts.every((part) => /^[\da-f]{1,4}$/i.test(part))
    ? parts.map((part) => Number.parseInt(part, 16))
    : undefined
}
