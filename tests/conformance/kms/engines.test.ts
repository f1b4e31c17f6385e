import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CreateKeyCommand, DecryptCommand, EncryptCommand, GenerateDataKeyCommand } from '@aws-sdk/client-kms'
import { startServer } from 'holdfast'
import { describe, expect, it } from 'vitest'
import { mainAccount } from '../../support/accounts.ts'
import { createBucket, getObject, putObject } from '../../support/buckets.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { LoopbackVault } from '../../support/loopback-vault.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const FIVE_MINUTES = 5 * 60 * 1000
const Plaintext = Buffer.from('a plaintext that stays nowhere')

describe('with its root key in Vault', () => {
  it('a server says 503 while Vault is away, and works when it is back', async () => {
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
    await createBucket(server, 'vault')

    await vault.stop()
    // What was opened lately still serves; after that Vault is asked again.
    expect(await kms.send(new DecryptCommand({ CiphertextBlob }))).toMatchObject({
      $metadata: { httpStatusCode: 200 },
    })
    server.clock.advance(FIVE_MINUTES)
    const away = { name: 'DependencyTimeoutException', $metadata: { httpStatusCode: 503 } }
    await expect(kms.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject(away)
    await expect(kms.send(new CreateKeyCommand({}))).rejects.toMatchObject(away)
    const upload = await rawRequest(server, {
      method: 'PUT',
      path: '/vault/object',
      body: 'x',
      date: server.clock.now(),
    })
    expect([upload.status, upload.errorCode]).toEqual([503, 'ServiceUnavailable'])

    await vault.start()
    const opened = await kms.send(new DecryptCommand({ CiphertextBlob }))
    expect(Buffer.from(opened.Plaintext ?? [])).toEqual(Plaintext)
    await vault.stop()
  })
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
