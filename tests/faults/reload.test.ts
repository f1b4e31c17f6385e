import { once } from 'node:events'
import * as http from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it, onTestFinished, vi } from 'vitest'
import { mainAccount, otherAccount, thirdAccount } from '../support/accounts.ts'
import { createBucket } from '../support/buckets.ts'
import { childrenOf } from '../support/child-processes.ts'
import { freePort } from '../support/free-port.ts'
import { rawRequest } from '../support/raw-request.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'

const newAccount = { ...thirdAccount, quota: { objects: 3 } }
const [newCredentials] = newAccount.accessKeys
const WITH_NEW_ACCOUNT = { accounts: [mainAccount, otherAccount, newAccount] }

const hangUp = ({ processId }: ServerProcess): void => void process.kill(processId, 'SIGHUP')
const says = (server: ServerProcess, text: string) =>
  vi.waitFor(() => expect(server.output()).toContain(text), { timeout: 20_000, interval: 50 })

async function statusOfNew(server: ServerProcess): Promise<number> {
  const { status } = await rawRequest(
    { ...server, credentials: newCredentials ?? server.credentials },
    { path: '/' },
  )
  return status
}

/** Asks on connections that stay, one request after the other; resolves, when it is told to end, to what each came to. */
function asking(port: number, connections: number) {
  const over = new AbortController()
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections })
  const ask = (): Promise<string> =>
    new Promise((resolve) => {
      const request = http.get({ port, host: '127.0.0.1', path: '/nowhere/key', agent }, (answer) => {
        answer.resume().on('end', () => resolve(String(answer.statusCode)))
      })
      request.on('error', (error) => resolve(error.message))
    })
  const outcomes: string[] = []
  const all = Array.from({ length: connections }, async () => {
    while (!over.signal.aborted) {
      outcomes.push(await ask())
      await delay(2)
    }
  })
  return async (): Promise<readonly string[]> => {
    over.abort()
    await Promise.all(all)
    agent.destroy()
    return outcomes
  }
}

it.each([1, 2])(
  '%i workers take over a new config, and no request notices',
  { timeout: 60_000 },
  async (workers) => {
    await using server = await startServerProcess({ arguments: ['--workers', String(workers)] })
    await createBucket(server, 'kept')
    expect(await statusOfNew(server)).toBe(403)
    const stop = asking(server.port, 8)
    await server.writeConfig(WITH_NEW_ACCOUNT)
    hangUp(server)
    await says(server, 'the config was read anew')
    expect(server.output()).toContain('"changed":["accounts"]')
    expect(server.output()).not.toContain(newCredentials?.secretAccessKey)
    expect(await statusOfNew(server)).toBe(200)
    const quotas = await rawRequest(server, { method: 'GET', path: '/-/quotas' })
    expect(JSON.parse(quotas.text)).toMatchObject({ quotas: [{ name: newAccount.id, maximumObjects: 3 }] })
    await delay(500)
    expect(new Set(await stop())).toEqual(new Set(['404']))
    expect((await server.end('SIGTERM')).exitCode).toBe(0)
  },
)

it.each([1, 2])(
  '%i workers move the console to another address, and away',
  { timeout: 60_000 },
  async (workers) => {
    const [first, second] = [await freePort(), await freePort()]
    const at = (port: number) => ({ console: { address: `127.0.0.1:${port}` } })
    await using server = await startServerProcess({
      arguments: ['--workers', String(workers)],
      config: at(first),
      hasConfiguredConsole: true,
    })
    expect(await isConsoleAt(first)).toBe(true)
    await server.writeConfig(at(second))
    hangUp(server)
    await says(server, '"changed":["console"]')
    expect(await isConsoleAt(second)).toBe(true)
    // The workers from before end once their clients have.
    await vi.waitFor(async () => expect(await isConsoleAt(first)).toBe(false), { timeout: 20_000 })
    await server.writeConfig({ console: { enabled: false } })
    hangUp(server)
    await vi.waitFor(async () => expect(await isConsoleAt(second)).toBe(false), { timeout: 20_000 })
    expect((await rawRequest(server, { path: '/' })).status).toBe(200)
  },
)

it(
  'goes on with the config that it has where the new one is wrong, also for workers that die',
  { timeout: 60_000 },
  async () => {
    await using server = await startServerProcess({ arguments: ['--workers', '1'] })
    await server.writeConfig({ ...WITH_NEW_ACCOUNT, limits: { documentMegabytes: -1 } })
    hangUp(server)
    await says(server, 'the config is not taken over')
    expect(server.output()).toContain('limits.documentMegabytes')
    const worker = await workerOf(server)
    process.kill(worker, 'SIGKILL')
    await says(server, 'starting another')
    await vi.waitFor(async () => expect((await rawRequest(server, { path: '/' })).status).toBe(200), {
      timeout: 20_000,
    })
    expect(await statusOfNew(server)).toBe(403)
  },
)

it(
  'goes on with the config that it has where no process starts with the new one',
  { timeout: 60_000 },
  async () => {
    await using server = await startServerProcess({ arguments: ['--workers', '2'] })
    const keyManagement = { engine: 'vault', url: 'http://127.0.0.1:1', keyName: 'holdfast' }
    await server.writeConfig({ ...WITH_NEW_ACCOUNT, encryption: { keyManagement } })
    hangUp(server)
    await says(server, 'no worker starts with the new config')
    expect(await statusOfNew(server)).toBe(403)
    await server.writeConfig(WITH_NEW_ACCOUNT)
    hangUp(server)
    await says(server, 'the config was read anew')
    expect(await statusOfNew(server)).toBe(200)
  },
)

const quotaOfKept = async (server: ServerProcess) => {
  const { text } = await rawRequest(server, { path: '/-/quotas' })
  return (JSON.parse(text) as { quotas: { maximumObjects: number }[] }).quotas[0]?.maximumObjects
}

it(
  'leaves buckets and quotas as its config says where no process starts with the new one',
  { timeout: 60_000 },
  async () => {
    const kept = (objects: number) => ({ name: 'kept', quota: { objects } })
    await using server = await startServerProcess({
      arguments: ['--workers', '1'],
      config: { buckets: [kept(5)] },
    })
    expect(await quotaOfKept(server)).toBe(5)
    const taken = http.createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void taken.close())
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    await server.writeConfig({ buckets: [kept(7)], metrics: { address: `127.0.0.1:${port}` } })
    hangUp(server)
    await says(server, 'goes on with the one that it has')
    expect(server.output()).not.toContain('sets up buckets and quotas again')
    expect(await quotaOfKept(server)).toBe(5)
    // A file that is missing.
    const objects = [{ Key: 'a', file: './not-there' }]
    await server.writeConfig({ buckets: [{ ...kept(7), objects }] })
    hangUp(server)
    await says(server, 'buckets[0].objects[0].file')
    await vi.waitFor(() => expect(server.output().split('goes on with the one that it has')).toHaveLength(3))
    expect(server.output()).not.toContain('sets up buckets and quotas again')
    expect(await quotaOfKept(server)).toBe(5)
    // What is found wrong when quotas are set already.
    const many = ['a', 'b'].map((Key) => ({ Key, Body: Key }))
    await server.writeConfig({ buckets: [{ ...kept(1), objects: many }] })
    hangUp(server)
    await says(server, 'sets up buckets and quotas again')
    expect(await quotaOfKept(server)).toBe(5)
    expect((await rawRequest(server, { path: '/kept' })).status).toBe(200)
  },
)

it('of several SIGHUPs in a row one reload is made, and one more', { timeout: 60_000 }, async () => {
  await using server = await startServerProcess({ arguments: ['--workers', '1'] })
  await server.writeConfig(WITH_NEW_ACCOUNT)
  for (let sent = 0; sent < 8; sent++) {
    hangUp(server)
    await delay(20)
  }
  const reloads = () => server.output().split('the config was read anew').length - 1
  await vi.waitFor(() => expect(reloads()).toBe(2), { timeout: 20_000, interval: 50 })
  await delay(2000)
  expect(reloads()).toBe(2)
  expect(await statusOfNew(server)).toBe(200)
})

it('without a process beside it a server says that it cannot, and stays', async () => {
  await using server = await startServerProcess()
  hangUp(server)
  await says(server, 'start the server again')
  expect((await rawRequest(server, { path: '/' })).status).toBe(200)
})

/** Whether anybody listens there, and is the console. */
async function isConsoleAt(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/-/console/settings.json`).catch(() => undefined)
  return answer?.status === 200
}

async function workerOf({ processId }: ServerProcess): Promise<number> {
  const [worker = 0] = await childrenOf(processId)
  return worker
}
