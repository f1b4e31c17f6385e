import { PutObjectCommand } from '@aws-sdk/client-s3'
import { startServer, type StartServerOptions, type TestServer } from 'holdfast'
import { expect, it } from 'vitest'
import { mainAccount, otherAccount } from '../../support/accounts.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { s3Client } from '../../support/s3-client.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const BUCKETS = [{ name: 'limited', quota: { bytes: 10, objects: 5 } }, 'free']
const ACCOUNTS = [{ ...mainAccount, quota: { objects: 7 } }, otherAccount]

function open(dataDirectory: string, options: StartServerOptions): Promise<TestServer> {
  return startServer({ accounts: [mainAccount, otherAccount], dataDirectory, ...options })
}

/** Limits by the name of the bucket or the id of the account. */
async function quotasOf(server: TestServer) {
  const { text } = await rawRequest(server, { method: 'GET', path: '/-/quotas' })
  const { quotas } = JSON.parse(text) as {
    readonly quotas: readonly { name: string; maximumBytes?: number; maximumObjects?: number }[]
  }
  return Object.fromEntries(
    quotas.map(({ name, maximumBytes, maximumObjects }) => [name, [maximumBytes, maximumObjects]]),
  )
}

async function change(server: TestServer, query: string): Promise<void> {
  const { status } = await rawRequest(server, { method: 'PUT', path: '/-/quotas', query })
  expect(status).toBe(200)
}

function put(server: TestServer, Bucket: string, bytes: number) {
  return s3Client(server).send(new PutObjectCommand({ Bucket, Key: 'k', Body: Buffer.alloc(bytes) }))
}

it('quotas of the config hold from the first request on', async () => {
  await using folder = await temporaryDirectory()
  await using server = await open(folder.path, { buckets: BUCKETS, accounts: ACCOUNTS })
  expect(await quotasOf(server)).toEqual({ limited: [10, 5], [mainAccount.id]: [undefined, 7] })
  await put(server, 'limited', 10)
  await expect(put(server, 'limited', 11)).rejects.toMatchObject({ name: 'QuotaExceeded' })
  await put(server, 'free', 11)
})

it('a start sets what it names again, and leaves all others', async () => {
  await using folder = await temporaryDirectory()
  {
    await using server = await open(folder.path, { buckets: BUCKETS, accounts: ACCOUNTS })
    await change(server, 'bucket=limited&maximumBytes=1')
    await change(server, `account=${mainAccount.id}&maximumObjects=1`)
    await change(server, 'bucket=free&maximumBytes=3')
    await change(server, `account=${otherAccount.id}&maximumObjects=4`)
  }
  const others = { free: [3, undefined], [otherAccount.id]: [undefined, 4] }
  const named = { limited: [10, 5], [mainAccount.id]: [undefined, 7] }
  {
    await using server = await open(folder.path, { buckets: BUCKETS, accounts: ACCOUNTS })
    expect(await quotasOf(server)).toEqual({ ...named, ...others })
  }
  // What the config no longer names stays as it was.
  await using server = await open(folder.path, { buckets: ['limited'] })
  expect(await quotasOf(server)).toEqual({ ...named, ...others })
})

it('a start whose buckets cannot be set up leaves the quotas of accounts, too', async () => {
  await using folder = await temporaryDirectory()
  const buckets = [{ name: 'wrong', policy: '{}' }]
  await expect(open(folder.path, { buckets, accounts: ACCOUNTS })).rejects.toThrow('buckets[0].policy')
  await using server = await open(folder.path, {})
  expect(await quotasOf(server)).toEqual({})
})
