import { describe, expect, it } from 'vitest'
import { readEnvironment } from '../config/environment.ts'
import { createProgram } from './main.ts'
import { defaultWorkers } from './serve-options.ts'
import type { ServeOptions } from './serve-options.ts'

interface Outcome {
  readonly served: ServeOptions | undefined
  readonly output: string
  readonly exitCode: number
}

async function run(...args: string[]): Promise<Outcome> {
  let served: ServeOptions | undefined
  let output = ''
  let exitCode = 0
  const program = createProgram(async (options) => void (served = options))
  for (const command of [program, ...program.commands]) {
    command.exitOverride((error) => {
      exitCode = error.exitCode
      throw error
    })
    command.configureOutput({ writeOut: (text) => (output += text), writeErr: (text) => (output += text) })
  }
  await program.parseAsync(args, { from: 'user' }).catch((error: unknown) => {
    if (exitCode === 0 && served) throw error
  })
  return { served, output, exitCode }
}

describe('holdfast serve', () => {
  it('has a default for everything', async () => {
    const { served } = await run('serve')
    expect(served).toEqual({
      data: './holdfast-data',
      address: { host: '127.0.0.1', port: 9000 },
      domain: [],
      tlsCert: [],
      tlsKey: [],
      workers: defaultWorkers(),
      restart: true,
      accept: [],
    })
  })

  it('takes every option', async () => {
    const line =
      'serve --data d --address [::1]:9001 --config c.json --workers 4 ' +
      '--domain s3.localhost --domain S3.Example.com --tls-cert c.pem --tls-key k.pem --tls-cert c2.pem --tls-key k2.pem --new --accept lost-blobs'
    const { served } = await run(...line.split(' '))
    expect(served).toEqual({
      data: 'd',
      address: { host: '::1', port: 9001 },
      config: 'c.json',
      domain: ['s3.localhost', 's3.example.com'],
      workers: 4,
      restart: true,
      tlsCert: ['c.pem', 'c2.pem'],
      tlsKey: ['k.pem', 'k2.pem'],
      new: true,
      accept: ['lost-blobs'],
    })
  })

  it.each([
    ['127.0.0.1:0', '127.0.0.1', 0],
    ['localhost:80', 'localhost', 80],
    [':9000', '0.0.0.0', 9000],
    ['[fe80::1]:65535', 'fe80::1', 65_535],
  ])('reads the address %s', async (text, host, port) => {
    expect((await run('serve', '--address', text)).served?.address).toEqual({ host, port })
  })

  it.each([
    [['--address', '9000'], 'Write HOST:PORT, for example 127.0.0.1:9000'],
    [['--address', 'localhost'], 'Write HOST:PORT'],
    [['--address', '127.0.0.1:65536'], 'Write HOST:PORT'],
    [['--address', '::1:9000'], '[::1]:9000'],
    [['--address', 'http://localhost:9000'], 'Write HOST:PORT'],
    [['--workers', '0'], 'Write a number from 1 to 256'],
    [['--workers', 'two'], 'Write a number from 1 to 256'],
    [['--workers', '257'], 'Write a number from 1 to 256'],
    [['--domain', 'localhost:9000'], 'Write a host name without a port'],
    [['--tls-cert', 'c.pem'], 'HTTPS needs both --tls-cert and --tls-key'],
    [['--tls-key', 'k.pem'], 'HTTPS needs both --tls-cert and --tls-key'],
    [['--datta', 'd'], "unknown option '--datta'"],
    [['--data'], 'argument missing'],
    [['more'], 'too many arguments'],
  ])('refuses %j', async (args, message) => {
    const { served, output, exitCode } = await run('serve', ...args)
    expect(output).toContain(message)
    expect(exitCode).toBe(1)
    expect(served).toBeUndefined()
  })
})

describe('holdfast', () => {
  it('says its version', async () => {
    const { output, exitCode } = await run('--version')
    expect(output).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect(exitCode).toBe(0)
  })

  it('says what there is', async () => {
    expect((await run('--help')).output).toContain('serve')
    const { output } = await run('serve', '--help')
    for (const word of [
      '--data',
      '--address',
      '--config',
      '--domain',
      '--workers',
      '--tls-cert',
      '--tls-key',
    ]) {
      expect(output).toContain(word)
    }
    expect(output).toContain('HOLDFAST_ACCESS_KEY')
    expect(output).toContain('127.0.0.1:9000')
  })

  it('says what it reads of the environment', async () => {
    const { output } = await run('serve', '--help')
    const names = new Set(output.match(/\bHOLDFAST_[A-Z_]+/g))
    for (const name of ['HOLDFAST_METRICS_TOKEN', 'HOLDFAST_METADATA_PASSWORD']) expect(names).toContain(name)
    // What it says is none of those that are warned of.
    const variables = Object.fromEntries([...names].map((name) => [name, '']))
    expect(readEnvironment(variables)).toEqual({ accessKey: undefined, logLevel: 'info' })
  })

  it('refuses a command it does not know', async () => {
    const { output, exitCode } = await run('server')
    expect(output).toContain("unknown command 'server'")
    expect(exitCode).toBe(1)
  })
})
