import { createServer } from 'node:net'
import { createSecureContext } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { StorageFault } from '../base/storage-fault.ts'
import { ConfigError } from '../config/config-error.ts'
import { describeFailure } from './describe-failure.ts'

const context = { address: { host: '127.0.0.1', port: 9000 }, data: './holdfast-data' }

function systemError(fields: { code: string; syscall?: string; path?: string }): Error {
  return Object.assign(new Error(`${fields.code}: as the system puts it`), fields)
}

function catchError(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  return undefined
}

describe('describeFailure', () => {
  it.each([
    [{ code: 'EADDRINUSE', syscall: 'listen' }, '127.0.0.1:9000 is in use', '--address 127.0.0.1:9001'],
    [{ code: 'EACCES', syscall: 'listen' }, 'more rights', 'above 1023'],
    [{ code: 'EADDRNOTAVAIL', syscall: 'listen' }, '127.0.0.1 is no address of this machine', '--address'],
    [{ code: 'ENOTFOUND', syscall: 'getaddrinfo' }, 'no address of this machine', '--address'],
    [{ code: 'EACCES', syscall: 'mkdir', path: '/srv/d' }, 'may not read and write /srv/d', 'another folder'],
    [
      { code: 'EROFS', syscall: 'open', path: '/ro' },
      '/ro is on a file system that is read-only',
      'Name another folder',
    ],
    [{ code: 'ENOTDIR', syscall: 'mkdir', path: '/file/d' }, '/file/d cannot be: a part', 'another folder'],
    [{ code: 'ENOSPC', syscall: 'write' }, 'no space left for ./holdfast-data', 'Free some'],
    [{ code: 'ENOENT', syscall: 'open', path: 'c.pem' }, /^There is no file c\.pem\.$/, ''],
    [{ code: 'ENOENT', syscall: 'open', path: 'holdfast-data/a' }, 'no file holdfast-data/a', '--data DIR'],
    [{ code: 'EIO', syscall: 'read', path: '/d' }, '/d: EIO', ''],
  ])('explains %j and says what to do', (fields, what, advice) => {
    const text = describeFailure(systemError(fields), context)
    expect(text).toMatch(what)
    expect(text).toContain(advice)
    expect(text).not.toContain('    at ')
  })

  it('knows the error of a port that is taken', async () => {
    await using first = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => first.once('listening', resolve))
    const taken = first.address()
    const port = typeof taken === 'object' && taken ? taken.port : 0
    const error = await new Promise((resolve) =>
      createServer().once('error', resolve).listen(port, '127.0.0.1'),
    )
    expect(describeFailure(error, { ...context, address: { host: '127.0.0.1', port } })).toContain(
      'is in use',
    )
  })

  it.each([
    { code: 'EACCES', syscall: 'open', path: `${process.cwd()}/holdfast-data/blobs` },
    { code: 'ENOSPC', syscall: 'write' },
    { code: 'EROFS', syscall: 'mkdir', path: process.cwd() },
  ])('names the data folder where it is about that: %j', (fields) => {
    expect(describeFailure(systemError(fields), context)).toContain('data folder with --data DIR')
  })

  it.each([
    [{ code: 'EACCES', syscall: 'open', path: '/backup/rows' }, 'may not read and write /backup/rows'],
    [{ code: 'ENOSPC', syscall: 'write', path: '/backup/blobs/1' }, 'no space left for /backup/blobs/1'],
    [{ code: 'ENOSPC', syscall: 'write' }, 'no space left for /backup or ./holdfast-data'],
    [{ code: 'EROFS', syscall: 'open', path: '/backup' }, '/backup is on a file system that is read-only'],
  ])('blames the folder of a backup and not the data folder: %j', (fields, what) => {
    const text = describeFailure(systemError(fields), { ...context, beside: '/backup' })
    expect(text).toContain(what)
    expect(text).not.toContain('data folder')
    expect(text).toMatch(/name another folder/i)
  })

  it.each([
    [{ code: 'ECONNREFUSED', syscall: 'connect' }, 'connect ECONNREFUSED 127.0.0.1:8200'],
    [{ code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: 'vault.example' }, 'getaddrinfo ENOTFOUND'],
    [{ code: 'ECONNREFUSED' }, ''],
  ])(
    'blames a service that cannot be reached, and no folder and no address of its own: %j',
    (fields, words) => {
      const refused = Object.assign(new Error(words), fields)
      const fault = new Error('Vault does not answer at 127.0.0.1:8200', {
        cause: new TypeError('fetch failed', { cause: refused }),
      })
      const text = describeFailure(fault, context)
      expect(text).toContain(`Vault does not answer at 127.0.0.1:8200 (${words || 'ECONNREFUSED'})`)
      expect(text).not.toMatch(/holdfast-data|--address/)
      expect(text).toContain('can be reached')
    },
  )

  it("finds the system's error below one of ours", () => {
    const fault = StorageFault.from(
      systemError({ code: 'EACCES', syscall: 'open', path: '/d' }),
      'opening /d',
    )
    expect(describeFailure(fault, context)).toContain('may not read and write /d')
  })

  it('explains a certificate that is none', () => {
    const error = catchError(() => createSecureContext({ cert: 'no certificate', key: 'no key' }))
    expect(describeFailure(error, context)).toMatch(
      /^The certificate or its key cannot be used: .*--tls-cert/,
    )
  })

  it('passes on what already is an explanation', () => {
    const problems = [{ path: 'region', message: 'expected a name' }]
    expect(describeFailure(new ConfigError('c.json', problems), context)).toBe(
      'c.json has a mistake:\n  region: expected a name',
    )
    expect(describeFailure(new Error('written by a newer version'), context)).toBe(
      'written by a newer version',
    )
    expect(describeFailure('a string', context)).toBe('a string')
  })
})
