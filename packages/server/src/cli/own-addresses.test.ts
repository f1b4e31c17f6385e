import { expect, it } from 'vitest'
import { completeConfig } from '../config/config.ts'
import { type Address, readAddress } from '../config/listen-address.ts'
import { assertOwnAddresses } from './own-addresses.ts'

function address(text: string): Address {
  return readAddress(text) ?? { host: '', port: 0 }
}

/** Where S3, the console and the metrics are to be. */
function check(s3: string, console: string | false, metrics?: string): void {
  const config = completeConfig({ metrics: metrics === undefined ? {} : { address: metrics } })
  assertOwnAddresses({ address: address(s3), console: console === false ? false : address(console) }, config)
}

it.each([
  ['127.0.0.1:9001', '127.0.0.1:9001'],
  [':9001', '127.0.0.1:9001'],
  ['localhost:9001', '127.0.0.1:9001'],
  ['[::1]:9001', 'LOCALHOST:9001'],
  ['[::]:9001', '127.0.0.1:9001'],
])('S3 and the console are not both at %s and %s', (s3, console) => {
  expect(() => check(s3, console)).toThrow(/--address: .* is where the console would be, too; .*--no-console/)
  expect(() => check(s3, false)).not.toThrow()
})

it('the console that nobody asked for counts', () => {
  const config = completeConfig({})
  expect(() => assertOwnAddresses({ address: address('127.0.0.1:9001') }, config)).toThrow('the console')
})

it.each([
  ['127.0.0.1:9000', '127.0.0.1:9001'],
  ['127.0.0.1:0', '127.0.0.1:0'],
  ['127.0.0.1:9001', '127.0.0.2:9001'],
  [':9001', '[::1]:9001'],
])('S3 may be at %s and the console at %s', (s3, console) => {
  expect(() => check(s3, console, '127.0.0.1:9100')).not.toThrow()
})

it('metrics that are to have an address of their own have one', () => {
  expect(() => check(':9000', ':9001', '127.0.0.1:9000')).toThrow(
    /metrics\.address: .* address of S3; choose/,
  )
  expect(() => check(':9000', ':9001', '127.0.0.1:9001')).toThrow('is the address of the console')
  expect(() => check(':9000', false, '127.0.0.1:9001')).not.toThrow()
})
