import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  GenerateMacCommand,
  type KMSClient,
  type KeySpec,
  type KeyUsageType,
  RotateKeyOnDemandCommand,
  SignCommand,
  VerifyCommand,
  VerifyMacCommand,
} from '@aws-sdk/client-kms'
import { expect, it } from 'vitest'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { executable } from '../support/executable.ts'
import { kmsClient } from '../support/kms-client.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { tries } from '../support/sizes.ts'

const KEYS = 40
const KILLS = tries(5)

interface Command {
  readonly exitCode: number | null
  readonly output: string
}

async function rotate(
  dataDirectory: string,
  options: readonly string[],
  killAfter?: number,
): Promise<Command> {
  const words = [executable, 'rotate-root-key', '--data', dataDirectory, ...options]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += String(chunk)))
  const ended = once(child, 'close')
  if (killAfter !== undefined) {
    await Promise.race([ended, delay(killAfter)])
    child.kill('SIGKILL')
  }
  await ended
  return { exitCode: child.exitCode, output }
}

const Message = Buffer.from('signed before')
const SIGNERS = [
  ['RSA_2048', 'RSASSA_PSS_SHA_256'],
  ['ECC_NIST_P256', 'ECDSA_SHA_256'],
  ['ECC_NIST_EDWARDS25519', 'ED25519_SHA_512'],
] as const

/** What keys that are not symmetric made of a message. */
async function proofsOf(kms: KMSClient): Promise<(VerifyCommand | VerifyMacCommand)[]> {
  const newKey = async (KeySpec: KeySpec, KeyUsage: KeyUsageType) =>
    (await kms.send(new CreateKeyCommand({ KeySpec, KeyUsage }))).KeyMetadata?.KeyId
  const proofs: (VerifyCommand | VerifyMacCommand)[] = []
  for (const [spec, SigningAlgorithm] of SIGNERS) {
    const asked = { KeyId: await newKey(spec, 'SIGN_VERIFY'), Message, SigningAlgorithm }
    const { Signature } = await kms.send(new SignCommand(asked))
    proofs.push(new VerifyCommand({ ...asked, Signature }))
  }
  const KeyId = await newKey('HMAC_256', 'GENERATE_VERIFY_MAC')
  const asked = { KeyId, Message, MacAlgorithm: 'HMAC_SHA_256' } as const
  const { Mac } = await kms.send(new GenerateMacCommand(asked))
  return [...proofs, new VerifyMacCommand({ ...asked, Mac })]
}

it('a rotation of the root key that is killed loses no key', { timeout: 120_000 }, async () => {
  await using folder = await temporaryDirectory()
  const dataDirectory = join(folder.path, 'data')
  await using server = await startServerProcess({ dataDirectory })
  const kms = kmsClient(server)
  await createBucket(server, 'rotation')
  await putObject(server, 'rotation', 'object', 'sealed by a store key')
  const sealed: (Uint8Array | undefined)[] = []
  for (let index = 0; index < KEYS; index++) {
    const KeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId
    const answer = await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from(`secret ${index}`) }))
    sealed.push(answer.CiphertextBlob)
    if (index % 4 === 0) await kms.send(new RotateKeyOnDemandCommand({ KeyId }))
  }

  const proofs = await proofsOf(kms)

  const whole = Date.now()
  expect(await rotate(dataDirectory, [])).toMatchObject({
    exitCode: 0,
    output: expect.stringContaining('sealed anew'),
  })
  const wholeMilliseconds = Date.now() - whole
  for (let kill = 0; kill < KILLS; kill++) {
    await rotate(dataDirectory, [], randomInt(wholeMilliseconds))
    // A server of its own: nothing of what the first one has opened helps it.
    await using fresh = await startServerProcess({ dataDirectory })
    const client = kmsClient(fresh)
    for (const [index, CiphertextBlob] of sealed.entries()) {
      const { Plaintext } = await client.send(new DecryptCommand({ CiphertextBlob }))
      expect(Buffer.from(Plaintext ?? []).toString()).toBe(`secret ${index}`)
    }
    for (const proof of proofs)
      expect((await client.send(proof as VerifyCommand)).$metadata.httpStatusCode).toBe(200)
    expect((await getObject(fresh, 'rotation', 'object')).text).toBe('sealed by a store key')
  }

  expect(await rotate(dataDirectory, [])).toMatchObject({ exitCode: 0 })
  const finished = await rotate(dataDirectory, ['--finish'])
  expect(finished).toMatchObject({ exitCode: 0 })
  expect(finished.output).toContain('0 sealed anew')
  expect(finished.output).toContain('0 older root keys removed')
  expect((await readdir(join(dataDirectory, 'root-keys'))).length).toBeGreaterThan(1)
})
