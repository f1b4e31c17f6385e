import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { describeFailure } from '../../packages/server/src/cli/describe-failure.ts'
import { DEFAULT_ADDRESS } from '../../packages/server/src/cli/serve-options.ts'
import { MovableClock } from '../../packages/server/src/base/clock.ts'
import { systemDisk } from '../../packages/server/src/base/disk.ts'
import { FaultyDisk } from '../../packages/server/src/base/faulty-disk.ts'
import { systemRandom } from '../../packages/server/src/base/random.ts'
import { type Examination, examine } from '../../packages/server/src/compose/doctor/examine.ts'
import type { Finding } from '../../packages/server/src/compose/doctor/patient.ts'
import { openLmdb } from '../../packages/server/src/metadata/engines/lmdb.ts'
import { iamOidcProviders } from '../../packages/server/src/metadata/tables/iam-tables.ts'
import { putOf } from '../../packages/server/src/metadata/transaction.ts'
import { mainAccount } from '../support/accounts.ts'
import { makeCertificate } from '../support/certificate.ts'
import { contentOf } from '../support/content.ts'
import { executable } from '../support/executable.ts'
import { readTree } from '../support/file-tree.ts'
import { freePort } from '../support/free-port.ts'
import { LoopbackVault } from '../support/loopback-vault.ts'
import { OidcIssuer } from '../support/oidc-issuer.ts'
import { rawRequest } from '../support/raw-request.ts'
import { runCommand } from '../support/run-command.ts'
import { startServerProcess } from '../support/server-process.ts'
import { startTestServer } from '../support/server.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary-directory.ts'
import { BUCKET, copyOf, holdfast, LARGE_BYTES, makeStore } from './damaged-folder.ts'

let made: TemporaryDirectory
beforeAll(async () => {
  made = await temporaryDirectory()
  await makeStore(join(made.path, 'data'))
  return () => made[Symbol.asyncDispose]()
})

/** A folder with a whole store in `data`, and a config that says no more than who may use it. */
async function patient() {
  const folder = await copyOf(made)
  const at = (...path: string[]): string => join(folder.path, ...path)
  // A copy is another file than the store went on with; it was made of a store at rest.
  await rm(at('data', 'metadata', 'file.json'), { force: true })
  const configure = (settings: object): Promise<void> =>
    writeFile(at('config.json'), JSON.stringify({ accounts: [mainAccount], ...settings }))
  await configure({})
  const findings = async (given: Partial<Examination> = {}): Promise<readonly Finding[]> => {
    const found: Finding[] = []
    const data = at('data')
    await examine({
      dataDirectory: data,
      configPath: at('config.json'),
      certificates: [],
      domains: [],
      consoleAddress: () => undefined,
      disk: systemDisk,
      clock: new MovableClock(undefined, { running: true }),
      random: systemRandom,
      describe: (error) => describeFailure(error, { data, address: DEFAULT_ADDRESS }),
      tell: (finding) => found.push(finding),
      ...given,
    })
    return found
  }
  /** What is wrong, a line for each. */
  const wrong = async (given: Partial<Examination> = {}): Promise<string[]> => {
    const found = (await findings(given)).filter(({ state }) => state === 'wrong')
    return found.map(({ check, message }) => `${check}: ${message}`)
  }
  return { at, configure, findings, wrong, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

/** All that is in a folder but LMDB's table of readers, which is kept in shared memory. */
async function everythingIn(folder: string): Promise<Map<string, string>> {
  const tree = new Map(await readTree(folder))
  tree.delete(join('metadata', 'lock.mdb'))
  return tree
}

const CHECKS =
  'config open-files certificate data-folder webhooks replication rights disk flush store pieces keys identity-providers clock damage servers console'.split(
    ' ',
  )

describe('holdfast doctor', () => {
  it('has each of its checks in docs/operations.md, and no other', async () => {
    const page = await readFile(new URL('../../docs/operations.md', import.meta.url), 'utf8')
    const section = page.split('\n## ').find((part) => part.startsWith('The doctor\n')) ?? ''
    // A store at rest in these tests is in files.
    const all = CHECKS.toSpliced(CHECKS.indexOf('store'), 0, 'ceph')
    expect(Array.from(section.matchAll(/^\| `([a-z-]+)` \|/gm), ([, name]) => name)).toEqual(all)
  })

  it('is content with a store at rest, and leaves every byte as it was', async () => {
    await using store = await patient()
    const before = await everythingIn(store.at('data'))
    const files = await makeCertificate(store.at())
    const findings = await store.findings({ certificates: [{ cert: files.certificate, key: files.key }] })
    expect(findings.filter(({ state }) => state === 'wrong')).toEqual([])
    expect(findings.map(({ check }) => check)).toEqual(CHECKS)
    expect(await everythingIn(store.at('data'))).toEqual(before)
  })

  it('makes nothing where there is nothing, and says that a start would', async () => {
    await using folder = await temporaryDirectory()
    const { exitCode, text } = await holdfast(join(folder.path, 'new'), 'doctor')
    expect([exitCode, text]).toEqual([
      0,
      expect.stringMatching(/^note {3}data-folder: There is no data folder/m),
    ])
    expect(await systemDisk.list(folder.path)).toEqual([])
  })

  it('looks beside a running server, prints lines or JSON, and no secret', { timeout: 60_000 }, async () => {
    await using server = await startServerProcess({ config: 'none' })
    const said = await holdfast(server.dataDirectory, 'doctor')
    expect([said.exitCode, said.stderr]).toEqual([0, ''])
    expect(said.text).toMatch(/^well {3}servers: A server is running on this store\.$/m)
    expect(said.text).toMatch(/Nothing is wrong\.\n$/)
    const { text } = await holdfast(server.dataDirectory, 'doctor', '--json')
    expect(JSON.parse(text)).toMatchObject({ content: true, findings: expect.arrayContaining([]) })
    const credentials = await readFile(join(server.dataDirectory, 'credentials.json'), 'utf8')
    const [, secret = '?'] = /"secretAccessKey": "(.*)"/.exec(credentials) ?? []
    expect(said.text + text).not.toContain(secret)
  })
})

describe('holdfast doctor finds', () => {
  it('every mistake of the config, and no secret in it', async () => {
    await using store = await patient()
    await store.configure({ region: 7, accounts: [{ ...mainAccount, id: 'short' }] })
    const wrong = await store.wrong()
    expect(wrong).toEqual([expect.stringContaining('region'), expect.stringContaining('accounts[0].id')])
    expect(wrong.join()).not.toContain(mainAccount.accessKeys[0]?.secretAccessKey)
  })

  it('a data folder that is a file, and one that cannot be made', async () => {
    await using store = await patient()
    await writeFile(store.at('file'), '')
    for (const dataDirectory of [store.at('file'), store.at('file', 'data')]) {
      expect(await store.wrong({ dataDirectory })).toEqual([
        expect.stringMatching(/^data-folder: .* a part of that path is a file, not a folder/),
      ])
    }
  })

  it('a folder that this user may not write, and a piece of another user', async () => {
    await using store = await patient()
    await chown(store.at('data', 'blobs'), 4711, 4711)
    expect(await store.wrong()).toEqual([
      expect.stringMatching(/^rights: .*blobs is another user's.*chown -R/),
    ])
    await chown(store.at('data', 'blobs'), process.getuid?.() ?? 0, process.getgid?.() ?? 0)
    await mkdir(store.at('data', 'blobs', 'lost+found'))
    for (const path of ['root-keys/00000001', 'blobs/lost+found', 'blobs/store.json'])
      await chown(store.at('data', path), 4711, 4711)
    expect(await store.wrong()).toEqual([
      expect.stringMatching(/^rights: .*root-keys.00000001 is another user's/),
      expect.stringMatching(/^rights: .*blobs.store\.json is another user's/),
    ])
    await chown(store.at('data', 'blobs'), 4711, 4711)
    await chmod(store.at('.'), 0o755)
    await chmod(store.at('data'), 0o755)
    const command = [
      process.execPath,
      executable,
      'doctor',
      '--data',
      store.at('data'),
      '--config',
      store.at('config.json'),
    ]
    const ids = ['--reuid', '4711', '--regid', '4711', '--clear-groups']
    const said = await runCommand('setpriv', [...ids, ...command], { allowFailure: true })
    expect(said.exitCode).toBe(1)
    expect(said.text).toMatch(
      /^WRONG {2}rights: This user may not read and write .*data\. Give it the right/m,
    )
  })

  it("a console's address that another program has, unless it is a server of this store, and one that is none", async () => {
    await using store = await patient()
    const notes = async (given: Partial<Examination>): Promise<string[]> => {
      const found = (await store.findings(given)).filter(({ check }) => check === 'console')
      return found.map(({ state, message }) => `${state}: ${message}`)
    }
    const port = await freePort()
    const consoleAddress = () => ({ host: '127.0.0.1', port })
    const well = ['well: The web console has an address to itself, or is not served.']
    expect(await notes({ consoleAddress })).toEqual(well)
    const other = createServer().listen(port, '127.0.0.1')
    await once(other, 'listening')
    expect(await notes({ consoleAddress })).toEqual([
      expect.stringMatching(`^note: .*, 127.0.0.1:${port}, is in use by another program: .*--no-console`),
    ])
    {
      await using server = await startServerProcess()
      expect(await notes({ consoleAddress, dataDirectory: server.dataDirectory })).toEqual(well)
    }
    other.close()
    // An address for documentation (RFC 5737): no machine has it.
    const [plain, unlistened, ...others] = await notes({
      consoleAddress: () => ({ host: '192.0.2.1', port }),
    })
    expect(plain).toMatch(
      /^note: The web console is open to other machines at 192\.0\.2\.1:\d+ by plain HTTP/,
    )
    expect(unlistened).toMatch(/^note: .* cannot be listened on \(EADDRNOTAVAIL\)/)
    expect(others).toEqual([])
  })

  it("a console that is open to other machines by plain HTTP, unless a proxy's URL is given", async () => {
    await using store = await patient()
    const consoleAddress = () => ({ host: '0.0.0.0', port: 0 })
    const { certificate: cert, key } = await makeCertificate(store.at())
    const isNoted = async (given: Partial<Examination> = {}): Promise<boolean> =>
      (await store.findings({ consoleAddress, ...given })).some(
        ({ check, state, message }) =>
          check === 'console' && state === 'note' && message.includes('plain HTTP'),
      )
    expect(await isNoted()).toBe(true)
    expect(await isNoted({ consoleAddress: () => ({ host: 'localhost', port: 0 }) })).toBe(false)
    expect(await isNoted({ certificates: [{ cert, key }] })).toBe(false)
    await store.configure({ console: { url: 'https://console.example' } })
    expect(await isNoted()).toBe(false)
  })

  it('a folder of the audit log that is none', async () => {
    await using store = await patient()
    await store.configure({ auditLog: { directory: store.at('audit') } })
    expect(await store.wrong()).toEqual([])
    await writeFile(store.at('audit'), '')
    expect(await store.wrong()).toEqual([
      expect.stringMatching(/^rights: The audit log cannot be written in .*ENOTDIR.* no request is told of/),
    ])
  })

  it('secrets that every user of the machine may read', async () => {
    await using store = await patient()
    await chmod(store.at('data'), 0o755)
    await chmod(store.at('data', 'root-keys'), 0o755)
    expect(await store.wrong()).toEqual([])
    await chmod(store.at('data', 'root-keys', '00000001'), 0o644)
    expect(await store.wrong()).toEqual([expect.stringMatching(/^rights: Every user .*00000001.*chmod 600/)])
  })

  it.each([
    ['metadata', /^store: The data folder .* has lost its metadata\/.*--new/],
    ['blobs', /^pieces: .*blobs is missing.*--accept lost-blobs/],
    ['root-keys', /^keys: No root key that this store is sealed under/],
  ])('that %s is missing', async (piece, message) => {
    await using store = await patient()
    await rename(store.at('data', piece), store.at('elsewhere'))
    expect(await store.wrong()).toEqual([expect.stringMatching(message)])
  })

  it("another store's root keys, with their mark and without it", async () => {
    await using store = await patient()
    await using other = await temporaryDirectory()
    await makeStore(other.path)
    const keys = store.at('data', 'root-keys')
    await rm(keys, { recursive: true })
    await rename(join(other.path, 'root-keys'), keys)
    expect(await store.wrong()).toEqual([
      expect.stringMatching(/^keys: .*root-keys belongs to another store/),
    ])
    await rm(join(keys, 'store.json'))
    expect(await store.wrong()).toEqual([
      expect.stringMatching(/^keys: No root key that this store is sealed/),
    ])
  })

  it('metadata that are damaged', async () => {
    await using store = await patient()
    const file = store.at('data', 'metadata', 'data.mdb')
    await writeFile(file, (await readFile(file)).fill(7, 0, 9000))
    expect(await store.wrong()).toEqual([expect.stringMatching(/^store: The metadata cannot be used/)])
  })

  it('the folder of a storage class that is away, and a class that is not in the config any more', async () => {
    await using store = await patient()
    const storageClasses = [{ name: 'GLACIER', directory: store.at('cold') }]
    {
      await using server = await startTestServer({ dataDirectory: store.at('data'), storageClasses })
      const cold = { path: `/${BUCKET}/cold`, headers: { 'x-amz-storage-class': 'GLACIER' } }
      const answer = await rawRequest(server, {
        method: 'PUT',
        body: contentOf('cold', LARGE_BYTES),
        ...cold,
      })
      expect(answer.status).toBe(200)
    }
    expect(await store.wrong()).toEqual([
      expect.stringMatching(/^pieces: Objects are in storage classes .* does not name: GLACIER/),
    ])
    await store.configure({ storageClasses })
    expect(await store.wrong()).toEqual([])
    await rename(store.at('cold'), store.at('elsewhere'))
    expect(await store.wrong()).toEqual([
      expect.stringMatching(/^pieces: .*cold, the folder of storage class GLACIER, is not there/),
    ])
  })

  it('a certificate of another key, an expired one, and a name that none is for', async () => {
    await using store = await patient()
    for (const name of ['one', 'two']) await mkdir(store.at(name))
    const [one, two] = [await makeCertificate(store.at('one')), await makeCertificate(store.at('two'))]
    const good = { cert: one.certificate, key: one.key }
    expect(await store.wrong({ certificates: [good] })).toEqual([])
    expect(await store.wrong({ certificates: [{ cert: one.certificate, key: two.key }] })).toEqual([
      expect.stringMatching(/^certificate: The certificate or its key cannot be used.*belong together/),
    ])
    expect(await store.wrong({ certificates: [good], domains: ['s3.example.com'] })).toEqual([
      expect.stringMatching(/^certificate: No certificate is for s3\.example\.com/),
    ])
    const later = new MovableClock(new Date(Date.now() + 3 * 86_400_000), { running: true })
    expect(await store.wrong({ certificates: [good], clock: later })).toEqual([
      expect.stringMatching(/^certificate: The certificate .* expired at .*Renew it/),
    ])
    const almost = new MovableClock(new Date(Date.now() + 1.8 * 86_400_000), { running: true })
    expect(await store.findings({ certificates: [good], clock: almost })).toContainEqual(
      expect.objectContaining({
        check: 'certificate',
        state: 'note',
        message: expect.stringContaining('expires at'),
      }),
    )
  })

  it('that few files may be open', async () => {
    await using store = await patient()
    const command = ['exec "$0" "$1" doctor --data "$2"', process.execPath, executable, store.at('data')]
    const [line = '', ...words] = command
    const said = await runCommand('sh', ['-c', `ulimit -n 512; ${line}`, ...words], { allowFailure: true })
    expect(said.exitCode).toBe(1)
    expect(said.text).toMatch(/^WRONG {2}open-files: Only 512 files may be open.*ulimit -n/m)
  })

  it('a disk that is full to its reserve, and one that is read-only', async () => {
    await using store = await patient()
    const disk = new FaultyDisk(systemDisk)
    disk.freeBytes = 2 ** 20
    expect(await store.wrong({ disk })).toEqual([
      expect.stringMatching(/^disk: The disk of the metadata is full to its reserve: writes are refused/),
      expect.stringMatching(/^disk: The disk of the blobs is full/),
    ])
    disk.freeBytes = Infinity
    disk.inject({ operation: 'create', path: /metadata/, code: 'EROFS' })
    expect(await store.wrong({ disk })).toEqual([
      expect.stringMatching(/^disk: The disk of the metadata is read-only/),
    ])
  })

  it('a flush that no disk can be so fast with, and one that is slow', async () => {
    await using store = await patient()
    const notes = async (milliseconds: number): Promise<string[]> => {
      const clock = new MovableClock()
      const disk = new FaultyDisk(systemDisk)
      disk.before = (operation) => {
        if (operation === 'sync') clock.advance(milliseconds)
        return undefined
      }
      const found = await store.findings({ disk, clock })
      return found.flatMap(({ check, message }) => (check === 'flush' ? [message] : []))
    }
    expect(await notes(0)).toEqual([expect.stringMatching(/which no disk does/)])
    expect(await notes(5)).toEqual([expect.stringMatching(/as long as a disk needs/)])
    expect(await notes(80)).toEqual([expect.stringMatching(/A flush takes 80 ms/)])
  })

  it('a clock that is behind what the store has noted', async () => {
    await using store = await patient()
    const clock = new MovableClock(new Date(Date.now() - 3_600_000), { running: true })
    expect(await store.wrong({ clock })).toEqual([expect.stringMatching(/^clock: .* is behind, .*NTP/)])
  })

  it('a webhook that nobody listens at, naming its host alone', async () => {
    await using store = await patient()
    const url = `http://127.0.0.1:${await freePort()}/secret-path`
    const destinations = [{ arn: `arn:aws:sqs:us-east-1:${mainAccount.id}:told`, url }]
    await store.configure({ notifications: { destinations } })
    const wrong = await store.wrong()
    expect(wrong).toEqual([expect.stringMatching(/^webhooks: The webhook of arn:aws:sqs.* ECONNREFUSED/)])
    expect(wrong.join()).not.toContain('secret-path')
  })

  it('a bucket elsewhere that is away, has no versioning, or keys that are none', async () => {
    await using store = await patient()
    await using there = await startTestServer({ buckets: ['plain'] })
    const remote = (endpoint: string, more: object) => ({
      arn: 'arn:aws:s3:::oslo',
      endpoint,
      accessKey: { ...there.credentials },
      ...more,
    })
    const wrong = async (destination: object) => {
      await store.configure({ replication: { destinations: [destination] } })
      return store.wrong()
    }
    const nobody = `http://127.0.0.1:${await freePort()}`
    expect(await wrong(remote(nobody, {}))).toEqual([
      expect.stringMatching(/^replication: The bucket oslo at .*: ECONNREFUSED/),
    ])
    expect(await wrong(remote(there.url, {}))).toEqual([
      expect.stringMatching(/^replication: .*NoSuchBucket/),
    ])
    expect(await wrong(remote(there.url, { bucket: 'plain' }))).toEqual([
      expect.stringMatching(/^replication: .* has no versioning/),
    ])
    const accessKey = { accessKeyId: 'AKIANOBODYATALL', secretAccessKey: 'never-to-be-told' }
    const unknown = await wrong(remote(there.url, { bucket: 'plain', accessKey }))
    expect(unknown).toEqual([expect.stringMatching(/^replication: .*InvalidAccessKeyId/)])
    expect(unknown.join()).not.toContain('never-to-be-told')
    const fileless = { arn: 'arn:aws:s3:::oslo', endpoint: there.url, credentialsFile: 'none' }
    expect(await wrong(fileless)).toEqual([
      expect.stringMatching(/^replication: .*arn:aws:s3:::oslo.*none cannot be read \(ENOENT\)/),
    ])
  })

  it('an identity provider that cannot be read', async () => {
    await using store = await patient()
    const issuer = await OidcIssuer.open()
    await store.configure({ privateIdentityProviders: [issuer.url] })
    const row = { createdMilliseconds: 0, clientIds: ['sts.amazonaws.com'], thumbprints: [issuer.thumbprint] }
    {
      await using metadata = await openLmdb({ path: store.at('data', 'metadata') })
      const put = [putOf(metadata, iamOidcProviders, [mainAccount.id, issuer.address], row)]
      await metadata.commit({ expect: [], put, remove: [] })
    }
    expect(await store.wrong()).toEqual([])
    await issuer[Symbol.asyncDispose]()
    expect(await store.wrong()).toEqual([
      expect.stringMatching(/^identity-providers: The keys of arn:aws:iam::\d+:oidc-provider\/localhost/),
    ])
  })

  it('a Vault that is away, and one that refuses', async () => {
    await using store = await patient()
    await rm(store.at('data'), { recursive: true })
    const vault = new LoopbackVault()
    await vault.start()
    const keyManagement = { engine: 'vault', url: vault.url, keyName: vault.keyName }
    await store.configure({ encryption: { keyManagement } })
    const said = async (token: string): Promise<string> => {
      const options = [executable, 'doctor', '--data', store.at('data'), '--config', store.at('config.json')]
      const environment = { HOLDFAST_VAULT_TOKEN: token }
      return (await runCommand(process.execPath, options, { allowFailure: true, environment })).text
    }
    expect(await said(vault.rootToken)).toMatch(/^well {3}keys: /m)
    const refused = await said('hvs.wrong')
    expect(refused).toMatch(/^WRONG {2}keys: .*403.*permission denied/m)
    expect(refused).not.toContain('hvs.wrong')
    await vault.stop()
    expect(await said(vault.rootToken)).toMatch(/^WRONG {2}keys: Vault does not answer at 127\.0\.0\.1/m)
  })
})
