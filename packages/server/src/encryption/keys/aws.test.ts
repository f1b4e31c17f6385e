import { CreateKeyCommand, DisableKeyCommand, RotateKeyOnDemandCommand } from '@aws-sdk/client-kms'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TestServer, startServer } from 'holdfast'
import { freePort } from '../../../../../tests/support/free-port.ts'
import { kmsClient } from '../../../../../tests/support/kms-client.ts'
import {
  type TemporaryDirectory,
  temporaryDirectory,
} from '../../../../../tests/support/temporary-directory.ts'
import type { KeyManagement } from '../key-management.ts'
import { awsKeyManagement } from './aws.ts'
import { remoteKeyManagementSuite } from './key-management.suite.ts'

// The service is a Holdfast of its own: its key service speaks AWS KMS's API, and keeps its keys over a restart.
let folder: TemporaryDirectory
let server: TestServer | undefined
let port: number
let keyId: string
let keys: KeyManagement | undefined

beforeEach(async () => {
  folder = await temporaryDirectory()
  port = await freePort()
  await start()
  const { KeyMetadata } = await kmsClient(running()).send(new CreateKeyCommand({}))
  keyId = KeyMetadata?.KeyId ?? ''
})
afterEach(async () => {
  await keys?.[Symbol.asyncDispose]()
  await stop()
  await folder[Symbol.asyncDispose]()
})

function running(): TestServer {
  if (server) return server
  throw new Error('the service is stopped')
}

async function start(): Promise<void> {
  server = await startServer({ port, dataDirectory: folder.path })
}

async function stop(): Promise<void> {
  await server?.[Symbol.asyncDispose]()
  server = undefined
}

async function open(): Promise<KeyManagement> {
  const { url, credentials, region } = running()
  keys = await awsKeyManagement({ keyId, region, endpoint: url, credentials, timeoutMilliseconds: 5000 })
  return keys
}

describe('AWS KMS', () => {
  remoteKeyManagementSuite(async () => ({
    keys: await open(),
    rotate: async () =>
      void (await kmsClient(running()).send(new RotateKeyOnDemandCommand({ KeyId: keyId }))),
    setReachable: (isReachable) => (isReachable ? start() : stop()),
  }))

  it('refuses a key that is disabled', async () => {
    const keys = await open()
    await kmsClient(running()).send(new DisableKeyCommand({ KeyId: keyId }))
    await expect(keys.generateDataKey({})).rejects.toMatchObject({ name: 'KeyServiceFault', kind: 'refused' })
  })
})
