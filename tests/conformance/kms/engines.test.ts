import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CreateKeyCommand, DecryptCommand, EncryptCommand, GenerateDataKeyCommand } from '@aws-sdk/client-kms'
import { startServer, type StartServerOptions, type TestServer } from 'holdfast'
import { describe, expect, it, vi } from 'vitest'
import { mainAccount } from '../../support/accounts.ts'
import { blobFiles } from '../../support/blob-files.ts'
import { createBucket, getObject, putObject } from '../../support/buckets.ts'
import { contentOf } from '../../support/content.ts'
import { freePort } from '../../support/free-port.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { LoopbackVault } from '../../support/loopback-vault.ts'
import { rawRequest, type RawRequest } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const FIVE_MINUTES = 5 * 60 * 1000
const Plaintext = Buffer.from('a plaintext that stays nowhere')

describe('with its root key in Vault', () => {
  it('the key service says 503 while Vault is away, and works when it is back', async () => {
    const vault = new LoopbackVault()
    await vault.start()
    const keyManagement = {
      engine: 'vault',
      url: vault.url,
      keyName: vault.keyName,
      roleId: vault.roleId,
    } as const
    const options = { encryption: { keyManagement }, keySecrets: { vaultSecretId: vault.secretId } }
    await using server = await startTestServer(options)
    const kms = kmsClient(server)
    const KeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext }))
    await vault.stop()
    // What was opened lately still serves; after that Vault is asked again.
    expect(await kms.send(new DecryptCommand({ CiphertextBlob }))).toMatchObject({
      $metadata: { httpStatusCode: 200 },
    })
    server.clock.advance(FIVE_MINUTES)
    const away = { name: 'DependencyTimeoutException', $metadata: { httpStatusCode: 503 } }
    await expect(kms.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject(away)
    await expect(kms.send(new CreateKeyCommand({}))).rejects.toMatchObject(away)

    await vault.start()
    const opened = await kms.send(new DecryptCommand({ CiphertextBlob }))
    expect(Buffer.from(opened.Plaintext ?? [])).toEqual(Plaintext)
    await vault.stop()
  })
})

/** A place for root keys that can go away and come back. */
interface Place extends AsyncDisposable {
  readonly options: StartServerOptions
  setReachable(isReachable: boolean): Promise<void>
}

async function vaultPlace(): Promise<Place> {
  const vault = new LoopbackVault()
  await vault.start()
  const { url, keyName, roleId, secretId } = vault
  return {
    options: {
      encryption: { keyManagement: { engine: 'vault', url, keyName, roleId } },
      keySecrets: { vaultSecretId: secretId },
    },
    setReachable: (isReachable) => (isReachable ? vault.start() : vault.stop()),
    [Symbol.asyncDispose]: () => vault.stop(),
  }
}

/** Another Holdfast, whose key service speaks AWS KMS's API and keeps its keys over a restart. */
async function kmsPlace(): Promise<Place> {
  const folder = await temporaryDirectory()
  const port = await freePort()
  const start = () => startServer({ port, accounts: [mainAccount], dataDirectory: folder.path })
  let service: TestServer | undefined = await start()
  const { KeyMetadata } = await kmsClient(service).send(new CreateKeyCommand({}))
  // The engine finds its credentials where the SDK does.
  vi.stubEnv('AWS_ACCESS_KEY_ID', service.credentials.accessKeyId)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', service.credentials.secretAccessKey)
  const { url: endpoint, region } = service
  const keyManagement = { engine: 'aws', keyId: KeyMetadata?.Arn ?? '', region, endpoint } as const
  return {
    options: { encryption: { keyManagement } },
    async setReachable(isReachable) {
      await service?.[Symbol.asyncDispose]()
      service = isReachable ? await start() : undefined
    },
    async [Symbol.asyncDispose]() {
      vi.unstubAllEnvs()
      await service?.[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

describe.each([
  ['Vault', vaultPlace],
  ['AWS KMS', kmsPlace],
])('while %s is away', (_name, open) => {
  it(
    'nothing is written or read, 503 is said, and all goes on when it is back',
    { timeout: 60_000 },
    async () => {
      await using folder = await temporaryDirectory()
      await using place = await open()
      const dataDirectory = folder.path
      const start = () => startTestServer({ ...place.options, dataDirectory })
      const large = contentOf('large', 100_000)
      {
        await using server = await start()
        await createBucket(server, 'away')
        await putObject(server, 'away', 'before', large)
      }
      const blobs = await blobFiles(dataDirectory)
      await place.setReachable(false)
      // A server may start before its engine does.
      await using server = await start()
      const ask = (method: string, path: string, more: Partial<RawRequest> = {}) =>
        rawRequest(server, { method, path, ...more })
      const managed = { 'x-amz-server-side-encryption': 'aws:kms' }
      for (const answer of [
        await ask('PUT', '/away/new', { body: large }),
        await ask('PUT', '/away/before', { body: 'replaced' }),
        await ask('PUT', '/away/new', { headers: managed, body: large }),
        await ask('POST', '/away/new', { query: 'uploads=' }),
        await ask('GET', '/away/before'),
        await ask('PUT', '/away/new', { headers: { 'x-amz-copy-source': '/away/before', ...managed } }),
      ]) {
        expect([answer.status, answer.errorCode]).toEqual([503, 'ServiceUnavailable'])
        expect(answer.text).not.toMatch(/vault|127\.0\.0\.1/i)
      }
      // What needs no key goes on.
      expect((await ask('HEAD', '/away/before')).headers['content-length']).toBe('100000')
      expect((await ask('GET', '/away/new')).status).toBe(404)
      const uploads = await ask('GET', '/away', { query: 'uploads=' })
      expect(uploads.text).not.toContain('<Upload>')
      expect(await blobFiles(dataDirectory)).toEqual(blobs)

      await place.setReachable(true)
      expect((await getObject(server, 'away', 'before')).body.equals(large)).toBe(true)
      await putObject(server, 'away', 'new', large)
      expect((await getObject(server, 'away', 'new')).body.equals(large)).toBe(true)
    },
  )
})

describe('with its root key in the environment', () => {
  it('a server opens what it sealed under an older one, and makes no folder of root keys', async () => {
    await using folder = await temporaryDirectory()
    const [old, young] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)].map((key) => key.toString('base64'))
    const accounts = [mainAccount]
    const start = (...rootKeys: (string | undefined)[]) =>
      startServer({ accounts, dataDirectory: folder.path, keySecrets: { rootKeys: rootKeys.map(String) } })
    let sealed: Uint8Array | undefined
    {
      await using server = await start(old)
      const kms = kmsClient(server)
      const KeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId
      sealed = (await kms.send(new EncryptCommand({ KeyId, Plaintext }))).CiphertextBlob
      await createBucket(server, 'environment')
      await putObject(server, 'environment', 'object', 'kept')
    }
    await using server = await start(young, old)
    const opened = await kmsClient(server).send(new DecryptCommand({ CiphertextBlob: sealed }))
    expect(Buffer.from(opened.Plaintext ?? [])).toEqual(Plaintext)
    expect((await getObject(server, 'environment', 'object')).text).toBe('kept')
    expect(await readdir(folder.path)).not.toContain('root-keys')
  })
})

it('no key and no plaintext is in the data folder, root keys in their own apart', async () => {
  await using folder = await temporaryDirectory()
  const material = Buffer.from('0123456789abcdefghijklmnopqrstuv')
  const secrets: Uint8Array[] = [Plaintext, material]
  {
    const kmsKeys = [
      { keyId: 'configured', accountId: mainAccount.id, material: material.toString('base64') },
    ]
    await using server = await startServer({ accounts: [mainAccount], dataDirectory: folder.path, kmsKeys })
    const kms = kmsClient(server)
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
    for (const KeyId of ['configured', KeyMetadata?.KeyId]) {
      await kms.send(new EncryptCommand({ KeyId, Plaintext }))
      const made = await kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }))
      if (made.Plaintext) secrets.push(made.Plaintext)
    }
    await createBucket(server, 'secrets')
    await putObject(server, 'secrets', 'inline', Plaintext)
    await putObject(server, 'secrets', 'blob', Buffer.concat([Buffer.alloc(100_000), Plaintext]))
  }
  expect(secrets).toHaveLength(4)
  const entries = await readdir(folder.path, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  for (const { name } of files.filter(({ parentPath }) => parentPath.endsWith('root-keys'))) {
    if (name === 'store.json') continue
    const text = await readFile(join(folder.path, 'root-keys', name), 'utf8')
    secrets.push(Buffer.from(text, 'base64'))
  }
  expect(secrets).toHaveLength(5)
  for (const { parentPath, name } of files) {
    if (parentPath.endsWith('root-keys')) continue
    const bytes = await readFile(join(parentPath, name))
    for (const secret of secrets) {
      const plain = Buffer.from(secret)
      for (const form of [plain, plain.toString('base64').replace(/=+$/, ''), plain.toString('hex')]) {
        expect({ name, found: bytes.includes(form) }).toEqual({ name, found: false })
      }
    }
  }
})
