import { mkdtempDisposable, readdir, readlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MovableClock } from './base/clock.ts'
import { jsonLog } from './base/log.ts'
import { ConfigError } from './config/config-error.ts'
import { startServer } from './start-server.ts'

const account = {
  id: '100000000001',
  name: 'main',
  accessKeys: [
    { accessKeyId: 'MAINACCESSKEY0000001', secretAccessKey: 'mainSecretAccessKeyOfFortyCharacters0001' },
  ],
}

/** The mistakes as `path: message`; none where the server starts, which it then does not go on doing. */
async function mistakesIn(options: unknown): Promise<string[]> {
  try {
    await using server = await startServer(options as Parameters<typeof startServer>[0])
    return server.url ? [] : ['no url']
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map(({ path, message }) => `${path}: ${message}`)
  }
}

describe('the options of startServer', () => {
  it('are checked as a config file is, and each mistake is named with its path', async () => {
    const twin = { ...account, id: '1' }
    const options = { region: 'Moon', accounts: [account, twin], domains: ['a.b:9000'], regoin: 'x' }
    expect(await mistakesIn(options)).toEqual([
      'region: expected a region name, for example "us-east-1", found "Moon"',
      'accounts[1].id: expected 12 digits in quotes, for example "100000000001", found "1"',
      expect.stringMatching(/^domains\[0\]: expected a lower-case host name/),
      expect.stringMatching(/^regoin: no such setting; known here: region, /),
      'accounts[1].accessKeys[0].accessKeyId: the same access key id as accounts[0].accessKeys[0].accessKeyId; give each its own',
    ])
  })

  it('may not contradict each other', async () => {
    const kmsKeys = [
      { keyId: 'a-key', accountId: '999999999999', material: Buffer.alloc(32, 1).toString('base64') },
    ]
    expect(await mistakesIn({ accounts: [account], kmsKeys })).toEqual([
      'kmsKeys[0].accountId: no account of this config has this id',
    ])
  })

  it('are named in the message', async () => {
    await expect(startServer({ region: 'Moon' })).rejects.toThrow(
      /^The options object of startServer has a mistake:\n  region: expected a region name/,
    )
  })

  it('need an account that can sign', async () => {
    expect(await mistakesIn({ accounts: [] })).toEqual([
      'accounts: expected at least one account; without any, nobody could send a request',
    ])
    expect(await mistakesIn({ accounts: [{ id: account.id, name: 'main' }] })).toEqual([
      'accounts: none has an access key, so that nobody could send a request',
    ])
  })

  it('may be left out, or undefined', async () => {
    const options = {
      port: 0,
      region: undefined,
      accounts: undefined,
      newBuckets: { blockPublicAccess: undefined },
    }
    expect(await mistakesIn(options)).toEqual([])
  })
})

it.skipIf(process.platform !== 'linux')(
  'a start that fails leaves nothing open, and nothing that goes on',
  async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'holdfast-test-'))
    await using taken = await startServer()
    const told: string[] = []
    const log = jsonLog('error', { write: (line) => told.push(line) })
    const clock = new MovableClock(new Date())
    const starting = startServer({
      port: taken.port,
      dataDirectory: join(folder.path, 'data'),
      auditLog: { directory: join(folder.path, 'audit') },
      clock,
      log,
    })
    await expect(starting).rejects.toMatchObject({ code: 'EADDRINUSE' })
    expect(await openFilesBelow(folder.path)).toEqual([])
    clock.advance(60_000)
    await new Promise(setImmediate)
    expect(told).toEqual([])
  },
)

/** Of this process. */
async function openFilesBelow(folder: string): Promise<string[]> {
  const links = (await readdir('/proc/self/fd')).map((name) => readlink(`/proc/self/fd/${name}`))
  const files = await Promise.allSettled(links)
  return files.flatMap((file) =>
    file.status === 'fulfilled' && file.value.startsWith(folder) ? [file.value] : [],
  )
}
