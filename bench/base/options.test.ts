import { expect, test } from 'vitest'
import { commandLine, parseOptions } from './options.ts'

test('workloads, numbers and other servers', () => {
  const one = ['--against', 'one=http://A:S%2F@[::1]:9001?pid=7&region=eu-west-1']
  const args = ['get-1k', '--rounds', '3', ...one, '--against', 'two=http://s3.example']
  expect(parseOptions(args)).toMatchObject({
    workloads: ['get-1k'],
    rounds: 3,
    seconds: 4,
    objects: 1_000_000,
    against: [
      {
        name: 'one',
        hostname: '[::1]',
        port: 9001,
        pid: 7,
        keys: { accessKeyId: 'A', secretAccessKey: 'S/', region: 'eu-west-1' },
      },
      { name: 'two', hostname: 's3.example', port: 80, keys: { region: 'us-east-1' } },
    ],
    livedIn: undefined,
  })
  expect(parseOptions(['--lived-in', '500']).livedIn).toBe(500)
})

test('mistakes are named', () => {
  expect(() => parseOptions(['--rounds', '0'])).toThrow('--rounds takes a whole number from 1 up, not 0')
  expect(() => parseOptions(['--seconds', '1.5'])).toThrow('--seconds')
  expect(() => parseOptions(['--against', 'http://A:S@localhost:9000'])).toThrow(
    '--against takes NAME=http://',
  )
  expect(() => parseOptions(['--against', 'one=localhost:9000'])).toThrow('--against takes NAME=http://')
  expect(() => parseOptions(['--loud'])).toThrow('--loud')
})

test('the printed command holds no key', () => {
  const command = commandLine(['head', '--against', 'one=http://A:S@[::1]:1', '--against=two=http://A:S@h'])
  expect(command).toBe('npm run bench -- head --against one=http://…@[::1]:1 --against=two=http://…@h')
})
