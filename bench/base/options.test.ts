import { expect, test } from 'vitest'
import { commandLine, parseOptions } from './options.ts'

test('workloads, numbers and the other endpoint', () => {
  const args = [
    'get-1k',
    '--rounds',
    '3',
    '--against',
    'http://[::1]:9001',
    '--access-key',
    'A',
    '--secret-key',
    'S',
  ]
  expect(parseOptions(args)).toMatchObject({
    workloads: ['get-1k'],
    rounds: 3,
    seconds: 4,
    objects: 1_000_000,
    against: {
      hostname: '[::1]',
      port: 9001,
      keys: { accessKeyId: 'A', secretAccessKey: 'S', region: 'us-east-1' },
    },
  })
  expect(parseOptions(['--against', 'http://s3.example']).against?.port).toBe(80)
})

test('mistakes are named', () => {
  expect(() => parseOptions(['--rounds', '0'])).toThrow('--rounds takes a whole number from 1 up, not 0')
  expect(() => parseOptions(['--seconds', '1.5'])).toThrow('--seconds')
  expect(() => parseOptions(['--against', 'localhost:9000'])).toThrow('--against takes http://HOST:PORT')
  expect(() => parseOptions(['--loud'])).toThrow('--loud')
})

test('the printed command holds no key', () => {
  const command = commandLine(['head', '--access-key', 'AK', '--secret-key=SK', '--rounds', '3'])
  expect(command).toBe('npm run bench -- head --access-key … --secret-key=… --rounds 3')
})
