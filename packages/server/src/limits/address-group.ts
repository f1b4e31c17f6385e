/** Of an IPv4 address 24 bits, of an IPv6 address 56: what one customer of a network commonly has. */
export function addressGroup(address: string): string {
  const [ip = ''] = address.toLowerCase().split('%')
  const four = /(?:^|:ffff:)(\d+\.\d+\.\d+)\.\d+$/.exec(ip)?.[1]
  if (four !== undefined) return four
  return groupsOf(ip).slice(0, 4).join(':').slice(0, -2)
}

/** All eight, in four digits each. */
function groupsOf(ip: string): readonly string[] {
  const [head = '', tail] = ip.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = Math.max(0, 8 - before.length - after.length)
  return [...before, ...Array<string>(missing).fill('0'), ...after].map((group) => group.padStart(4, '0'))
}
