import { expect, it } from 'vitest'
import { addressGroup } from './address-group.ts'

it.each([
  ['192.0.2.7', '192.0.2'],
  ['::ffff:192.0.2.200', '192.0.2'],
  ['2001:db8:1:2ff::1', '2001:0db8:0001:02'],
  ['2001:DB8:1:2ff:9:9:9:9', '2001:0db8:0001:02'],
  ['fe80::1%eth0', 'fe80:0000:0000:00'],
  ['::1', '0000:0000:0000:00'],
])('%s is of %s', (address, group) => {
  expect(addressGroup(address)).toBe(group)
})

it('what is no address is of a group as well', () => {
  expect(typeof addressGroup('')).toBe('string')
  expect(typeof addressGroup('unknown')).toBe('string')
})
