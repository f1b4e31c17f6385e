import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { mainAccount, mainCredentials, otherAccount, thirdAccount } from '../support/accounts.ts'
import { childrenOf } from '../support/child-processes.ts'
import { rawRequest } from '../support/raw-request.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const ROUNDS = [1, 2, 3]
/** A reload of two workers takes about as long. */
const MOST_MILLISECONDS = 2500
const ARGUMENTS = ['--workers', '2', '--no-console']
const WITHIN = { timeout: 40_000, interval: 100 }

const [credentials = mainCredentials] = thirdAccount.accessKeys
const BEFORE = { accounts: [mainAccount, otherAccount], buckets: ['kept'] }
const AFTER = { accounts: [mainAccount, otherAccount, thirdAccount], buckets: ['kept', 'new'] }

const isGone = (processId: number): Promise<boolean> =>
  access(`/proc/${processId}`).then(
    () => false,
    () => true,
  )

/** Puts one object after the other; tells at its end which were acknowledged. */
function writing(server: ServerProcess, round: string) {
  const acknowledged: string[] = []
  const over = new AbortController()
  const done = (async () => {
    for (let at = 0; !over.signal.aborted; at++) {
      const key = `/kept/${round}-${at}`
      const answer = await rawRequest(server, { method: 'PUT', path: key, body: key.repeat(300) }).catch(
        () => undefined,
      )
      if (answer?.status === 200) acknowledged.push(key)
      await delay(10)
    }
  })()
  return {
    /** Resolves when some are there. */
    some: () => vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(2), WITHIN),
    async end(): Promise<readonly string[]> {
      over.abort()
      await done
      return acknowledged
    },
  }
}

async function expectAll(server: ServerProcess, keys: readonly string[]): Promise<void> {
  for (const path of keys) {
    const { status, text } = await rawRequest(server, { path })
    expect([path, status, text === path.repeat(300)]).toEqual([path, 200, true])
  }
}

/** What several requests of the new account come to: each may meet another worker. */
async function statusesOfNew(server: ServerProcess): Promise<Set<number>> {
  const asked = Array.from({ length: 8 }, () => rawRequest({ ...server, credentials }, { path: '/' }))
  return new Set((await Promise.all(asked)).map(({ status }) => status))
}

it.each(ROUNDS)(
  'a server whose primary is killed amid a reload starts with what the config says, and has all (%i)',
  { timeout: 120_000 },
  async (round) => {
    await using folder = await temporaryDirectory()
    const dataDirectory = join(folder.path, 'data')
    let acknowledged: readonly string[]
    {
      await using server = await startServerProcess({ dataDirectory, arguments: ARGUMENTS, config: BEFORE })
      const written = writing(server, `p${round}`)
      await written.some()
      await server.writeConfig(AFTER)
      process.kill(server.processId, 'SIGHUP')
      await delay(Math.random() * MOST_MILLISECONDS)
      const workers = await childrenOf(server.processId)
      await server.end('SIGKILL')
      acknowledged = await written.end()
      // Workers end with their primary, those that were starting as well.
      await vi.waitFor(
        async () => expect(await Promise.all(workers.map(isGone))).not.toContain(false),
        WITHIN,
      )
    }
    await using server = await startServerProcess({ dataDirectory, arguments: ARGUMENTS, config: AFTER })
    expect(acknowledged.length).toBeGreaterThan(0)
    await expectAll(server, acknowledged)
    expect(await statusesOfNew(server)).toEqual(new Set([200]))
    expect((await rawRequest(server, { method: 'HEAD', path: '/new' })).status).toBe(200)
  },
)

it.each(ROUNDS)(
  'a worker that is killed amid a reload leaves all workers with one config, and the log says which (%i)',
  { timeout: 120_000 },
  async (round) => {
    await using server = await startServerProcess({ arguments: ARGUMENTS, config: BEFORE })
    const written = writing(server, `w${round}`)
    await written.some()
    await server.writeConfig(AFTER)
    process.kill(server.processId, 'SIGHUP')
    await delay(Math.random() * MOST_MILLISECONDS)
    const workers = await childrenOf(server.processId)
    const victim = workers[Math.floor(Math.random() * workers.length)]
    if (victim !== undefined) process.kill(victim, 'SIGKILL')
    const said =
      /the config was read anew|the server goes on with the config that it had|goes on with the one that it has/
    await vi.waitFor(() => expect(server.output()).toMatch(said), WITHIN)
    const status = server.output().includes('the config was read anew') ? 200 : 403
    await vi.waitFor(async () => expect(await statusesOfNew(server)).toEqual(new Set([status])), WITHIN)
    await expectAll(server, await written.end())
    // And the next one is not held up.
    const before = server.output().length
    process.kill(server.processId, 'SIGHUP')
    await vi.waitFor(
      () => expect(server.output().slice(before)).toContain('the config was read anew'),
      WITHIN,
    )
    expect(await statusesOfNew(server)).toEqual(new Set([200]))
  },
)

it(
  'a worker that was still starting at the time of a reload that failed serves with the old config as well',
  { timeout: 120_000 },
  async () => {
    await using server = await startServerProcess({ arguments: ARGUMENTS, config: BEFORE })
    // The first one serves, and the other one is about to start.
    await server.writeConfig(AFTER)
    process.kill(server.processId, 'SIGHUP')
    const third = await vi.waitFor(
      async () => {
        const [, , found] = await childrenOf(server.processId)
        expect(found).toBeDefined()
        return found
      },
      { timeout: 40_000, interval: 1 },
    )
    process.kill(third ?? 0, 'SIGSTOP')
    // For the other one to serve.
    await delay(1500)
    process.kill(third ?? 0, 'SIGKILL')
    const said = 'goes on with the one that it has'
    await vi.waitFor(() => expect(server.output()).toContain(said), WITHIN)
    await vi.waitFor(async () => expect(await childrenOf(server.processId)).toHaveLength(2), WITHIN)
    for (let asked = 0; asked < 5; asked++) expect(await statusesOfNew(server)).toEqual(new Set([403]))
  },
)
