import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryDirectory } from '../../../../tests/support/temporary-directory.ts'
import { systemDisk } from '../base/disk.ts'
import { readBrokerPassword } from './broker-access.ts'
import { ConfigError } from './config-error.ts'
import { natsSchema } from './nats-schema.ts'
import { redisSchema } from './redis-schema.ts'

const setting = 'notifications.destinations, arn:aws:sqs:us-east-1:100000000001:uploads'
const SECRET = 'never-to-be-told'

it('has the password of the config, of a file, or of the environment', async () => {
  await using folder = await temporaryDirectory()
  await writeFile(join(folder.path, 'password'), `${SECRET} \n`)
  await writeFile(join(folder.path, 'empty'), '\n')
  const read = (access: object, variables = {}) =>
    readBrokerPassword({ disk: systemDisk, setting, dataDirectory: folder.path, variables }, access)
  const problemOf = async (access: object): Promise<string> => {
    const error: unknown = await read(access).catch((caught: unknown) => caught)
    if (!(error instanceof ConfigError)) throw new Error('it is no ConfigError', { cause: error })
    return error.problems.map(({ path, message }) => `${path}: ${message}`).join()
  }
  expect(await read({})).toBeUndefined()
  expect(await read({ password: SECRET })).toBe(SECRET)
  expect(await read({ passwordFile: 'password' })).toBe(`${SECRET} `)
  expect(await read({ environment: 'EVENTS' }, { EVENTS_PASSWORD: SECRET })).toBe(SECRET)
  expect(await problemOf({ environment: 'EVENTS' })).toBe(`${setting}: EVENTS_PASSWORD is not set`)
  expect(await problemOf({ passwordFile: 'empty' })).toBe(`${setting}: empty is empty`)
  expect(await problemOf({ passwordFile: 'none' })).toBe(`${setting}: none cannot be read (ENOENT)`)
})

const nats = { servers: ['nats.example.com:4222'], subject: 'storage.events' }
const redis = { address: '[::1]:6379', stream: 'events' }

it.each([
  nats,
  { ...nats, servers: ['a:4222', '10.0.0.1:4222', '[fd00::1]:4222'], user: 'holdfast', password: SECRET },
  { ...nats, user: 'holdfast', environment: 'EVENTS', tls: true, certificateAuthorityFile: 'ca.pem' },
  { ...nats, user: 'holdfast', passwordFile: 'password' },
  { ...nats, environment: 'EVENTS' },
  { ...nats, token: SECRET },
  { ...nats, credentialsFile: 'holdfast.creds' },
])('takes %j for NATS', (config) => {
  expect(natsSchema.safeParse(config)).toEqual({ success: true, data: config })
})

it.each([
  redis,
  { ...redis, mostEntries: 100_000, database: 3, tls: true },
  { address: 'redis:6379', list: 'events', user: 'holdfast', environment: 'EVENTS' },
  { ...redis, passwordFile: 'password' },
])('takes %j for Redis', (config) => {
  expect(redisSchema.safeParse(config)).toEqual({ success: true, data: config })
})

const saidOf = (schema: typeof natsSchema | typeof redisSchema, config: object): string => {
  const issues = schema.safeParse(config).error?.issues ?? []
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join()
}

it.each([
  [{ servers: [] }, 'servers: expected a list of hosts'],
  [{ servers: ['nats://nats:4222'] }, 'servers.0: expected a host and a port'],
  [{ servers: ['nats'] }, 'servers.0: expected a host and a port'],
  [{ subject: 'storage.>' }, 'subject: expected a subject without wildcards'],
  [{ subject: 'a b' }, 'subject: expected a subject'],
  [{ subject: 'a..b' }, 'subject: expected a subject'],
  [{ user: 'holdfast' }, ': expected one of password, passwordFile, environment beside a user'],
  [{ user: 'holdfast', password: SECRET, environment: 'A' }, ': expected one of'],
  [{ user: 'holdfast', password: SECRET, token: SECRET }, ': expected one of'],
  [{ password: SECRET }, ': expected one of'],
  [{ passwordFile: 'a' }, ': expected one of'],
  [{ token: SECRET, environment: 'A' }, 'without one token, environment or credentialsFile'],
  [{ token: SECRET, credentialsFile: 'a' }, ': expected one of'],
  [{ token: `${SECRET}\r\n` }, 'token: expected a text without control characters'],
  [{ certificateAuthorityFile: 'ca.pem' }, ': a certificateAuthorityFile is of TLS'],
  [{ certificateAuthorityFile: 'ca.pem', tls: false }, ': a certificateAuthorityFile is of TLS'],
])('refuses NATS with %j', (more, message) => {
  const said = saidOf(natsSchema, { ...nats, ...more })
  expect(said).toContain(message)
  expect(said).not.toContain(SECRET)
})

it.each([
  [{ stream: undefined }, ': expected a stream or a list'],
  [{ list: 'events' }, ': expected a stream or a list'],
  [{ stream: undefined, list: 'events', mostEntries: 7 }, ': mostEntries is of a stream'],
  [{ mostEntries: 0 }, 'mostEntries: expected a whole number from 1 on'],
  [{ database: 1.5 }, 'database: expected a whole number from 0 on'],
  [{ address: 'redis://redis:6379' }, 'address: expected a host and a port'],
  [{ user: 'holdfast' }, ': expected one of password, passwordFile, environment beside a user'],
  [{ password: SECRET, environment: 'A' }, ': expected one of'],
  [{ certificateAuthorityFile: 'ca.pem' }, ': a certificateAuthorityFile is of TLS'],
])('refuses Redis with %j', (more, message) => {
  const said = saidOf(redisSchema, { ...redis, ...more })
  expect(said).toContain(message)
  expect(said).not.toContain(SECRET)
})
