import { createPublicKey, verify as verifyWith } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCommand } from '../support/run-command.ts'
import { requireCommand } from '../support/require-command.ts'
import { clientTimeoutMilliseconds, isLarge } from '../support/sizes.ts'
import { awsEnvironment } from './aws-environment.ts'
import { clientRoom } from './client-room.ts'
import { runAws } from './run-aws.ts'
import { runBoto3 } from './run-boto3.ts'

const room = clientRoom()

async function kms(operation: string, ...words: string[]): Promise<unknown> {
  const { text } = await runAws(
    ['--endpoint-url', room.server.url, 'kms', operation, ...words, '--output', 'json'],
    {
      directory: room.folder.path,
      timeoutMilliseconds: clientTimeoutMilliseconds,
      environment: awsEnvironment(room.server, room.folder.path),
    },
  )
  return text.trim() === '' ? undefined : JSON.parse(text)
}

describe('aws kms', { timeout: 2 * clientTimeoutMilliseconds }, () => {
  it('makes a key, gives it an alias, encrypts and decrypts a file', async (context) => {
    await requireCommand(context, 'aws')
    const created = (await kms('create-key', '--description', 'from the command line')) as {
      KeyMetadata: { KeyId: string; Arn: string }
    }
    const { KeyId, Arn } = created.KeyMetadata
    await kms('create-alias', '--alias-name', 'alias/cli', '--target-key-id', KeyId)
    expect(await kms('list-aliases', '--key-id', KeyId)).toMatchObject({
      Aliases: [{ AliasName: 'alias/cli', TargetKeyId: KeyId }],
    })

    await writeFile(join(room.folder.path, 'plain'), 'from a file')
    const sealed = (await kms(
      'encrypt',
      '--key-id',
      'alias/cli',
      '--plaintext',
      'fileb://plain',
      '--encryption-context',
      'team=red',
    )) as { CiphertextBlob: string; KeyId: string }
    expect(sealed.KeyId).toBe(Arn)
    await writeFile(join(room.folder.path, 'sealed'), Buffer.from(sealed.CiphertextBlob, 'base64'))
    const opened = await kms(
      'decrypt',
      '--ciphertext-blob',
      'fileb://sealed',
      '--encryption-context',
      'team=red',
    )
    const { Plaintext } = opened as { Plaintext: string }
    expect(Buffer.from(Plaintext, 'base64').toString()).toBe('from a file')
    expect(await readFile(join(room.folder.path, 'sealed'), 'latin1')).not.toContain('from a file')
  })

  it('signs a file, and tells what is no signature', async (context) => {
    await requireCommand(context, 'aws')
    const kind = ['--key-spec', 'ECC_NIST_P256', '--key-usage', 'SIGN_VERIFY']
    const { KeyMetadata } = (await kms('create-key', ...kind)) as { KeyMetadata: { KeyId: string } }
    const { KeyId } = KeyMetadata
    const asked = ['--key-id', KeyId, '--message', 'fileb://message', '--signing-algorithm', 'ECDSA_SHA_256']
    await writeFile(join(room.folder.path, 'message'), 'from a file')
    const { Signature } = (await kms('sign', ...asked)) as { Signature: string }
    const signature = Buffer.from(Signature, 'base64')
    await writeFile(join(room.folder.path, 'signature'), signature)
    const verify = () => kms('verify', ...asked, '--signature', 'fileb://signature')
    expect(await verify()).toMatchObject({ SignatureValid: true })
    const { PublicKey } = (await kms('get-public-key', '--key-id', KeyId)) as { PublicKey: string }
    const key = createPublicKey({ key: Buffer.from(PublicKey, 'base64'), format: 'der', type: 'spki' })
    expect(verifyWith('sha256', Buffer.from('from a file'), key, signature)).toBe(true)
    await writeFile(join(room.folder.path, 'message'), 'changed')
    await expect(verify()).rejects.toThrow('KMSInvalidSignatureException')
  })

  it('imports what openssl wrapped, as docs/encryption.md has it', async (context) => {
    await requireCommand(context, 'aws')
    await requireCommand(context, 'openssl')
    const directory = room.folder.path
    const made = (await kms('create-key', '--origin', 'EXTERNAL')) as { KeyMetadata: { KeyId: string } }
    const key = ['--key-id', made.KeyMetadata.KeyId]
    const wrapping = ['--wrapping-algorithm', 'RSAES_OAEP_SHA_256', '--wrapping-key-spec', 'RSA_4096']
    const given = (await kms('get-parameters-for-import', ...key, ...wrapping)) as {
      PublicKey: string
      ImportToken: string
    }
    await writeFile(join(directory, 'wrapping.der'), Buffer.from(given.PublicKey, 'base64'))
    await writeFile(join(directory, 'token.bin'), Buffer.from(given.ImportToken, 'base64'))
    await writeFile(join(directory, 'material.bin'), Buffer.alloc(32, 7))
    const sealing = ['-encrypt', '-pubin', '-inkey', 'wrapping.der', '-keyform', 'DER']
    const padding = ['rsa_padding_mode:oaep', 'rsa_oaep_md:sha256', 'rsa_mgf1_md:sha256']
    await runCommand(
      'openssl',
      [
        'pkeyutl',
        ...sealing,
        '-in',
        'material.bin',
        '-out',
        'wrapped.bin',
        ...padding.flatMap((option) => ['-pkeyopt', option]),
      ],
      { directory },
    )
    const wrapped = ['--import-token', 'fileb://token.bin', '--encrypted-key-material', 'fileb://wrapped.bin']
    const validity = ['--expiration-model', 'KEY_MATERIAL_DOES_NOT_EXPIRE']
    const { KeyMaterialId } = (await kms('import-key-material', ...key, ...wrapped, ...validity)) as {
      KeyMaterialId: string
    }
    expect(await kms('describe-key', ...key)).toMatchObject({
      KeyMetadata: { KeyState: 'Enabled', Origin: 'EXTERNAL', CurrentKeyMaterialId: KeyMaterialId },
    })
    expect(await kms('delete-imported-key-material', ...key)).toMatchObject({ KeyMaterialId })
    const material = ['--key-material-id', KeyMaterialId]
    const validTo = new Date(Date.now() + 3_600_000).toISOString()
    await kms('import-key-material', ...key, ...wrapped, ...material, '--valid-to', validTo)
    expect(await kms('describe-key', ...key)).toMatchObject({
      KeyMetadata: { KeyState: 'Enabled', ExpirationModel: 'KEY_MATERIAL_EXPIRES' },
    })
  })

  it.runIf(isLarge)('rotates, disables, schedules deletion and lists', async (context) => {
    await requireCommand(context, 'aws')
    const created = (await kms('create-key', '--tags', 'TagKey=team,TagValue=red')) as {
      KeyMetadata: { KeyId: string }
    }
    const key = ['--key-id', created.KeyMetadata.KeyId]
    await kms('enable-key-rotation', ...key, '--rotation-period-in-days', '180')
    expect(await kms('get-key-rotation-status', ...key)).toMatchObject({
      KeyRotationEnabled: true,
      RotationPeriodInDays: 180,
    })
    await kms('rotate-key-on-demand', ...key)
    expect(await kms('list-key-rotations', ...key)).toMatchObject({
      Rotations: [{ RotationType: 'ON_DEMAND' }],
    })
    expect(await kms('list-resource-tags', ...key)).toMatchObject({
      Tags: [{ TagKey: 'team', TagValue: 'red' }],
    })
    expect(await kms('get-key-policy', ...key)).toMatchObject({ PolicyName: 'default' })
    await kms('disable-key', ...key)
    await kms('schedule-key-deletion', ...key, '--pending-window-in-days', '7')
    expect(await kms('describe-key', ...key)).toMatchObject({ KeyMetadata: { KeyState: 'PendingDeletion' } })
    expect(await kms('list-keys')).toMatchObject({
      Keys: expect.arrayContaining([expect.objectContaining({ KeyId: created.KeyMetadata.KeyId })]),
    })
  })
})

describe('boto3', { timeout: clientTimeoutMilliseconds }, () => {
  it('uses the key service', async (context) => {
    expect(await runBoto3(context, room, 'kms.py')).toMatchObject({ exitCode: 0 })
  })
})
