import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:fs'
import { type FileHandle, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { executable } from '../../../../tests/support/executable.ts'
import { assert } from '../base/assert.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-serve-'))
})
afterEach(() => rm(folder, { recursive: true }))

interface Run extends AsyncDisposable {
  readonly process: ChildProcess
  readonly output: () => string
  /** Resolves when the welcome names the URL. */
  readonly url: Promise<string>
  readonly exitCode: Promise<number | null>
}

/** `holdfast serve` on a free port, in a process group of its own, as a shell starts it. */
function serve(...args: string[]): Run {
  const line = [executable, 'serve', '--data', join(folder, 'data'), '--address', '127.0.0.1:0', ...args]
  const child = spawn(process.execPath, line, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env: {} })
  let output = ''
  const url = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
        const found = /serves S3 on (http:\S+)\n[^]*\n$/.exec(output)?.[1]
        if (found !== undefined) resolve(found)
      })
    }
  })
  const exitCode = once(child, 'close').then(([code]) => code as number | null)
  return {
    process: child,
    output: () => output,
    url,
    exitCode,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exitCode
    },
  }
}

/** What a terminal does on Ctrl-C: the signal goes to the process and to all its children. */
function interruptGroup({ pid }: ChildProcess): void {
  assert(pid !== undefined, 'the process has started')
  process.kill(-pid, 'SIGINT')
}

async function childrenOf({ pid }: ChildProcess): Promise<number[]> {
  const list = await promisify(execFile)('ps', ['-A', '-o', 'ppid=,pid='])
  const pairs = list.stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  return pairs.flatMap(([parent, child]) => (parent === pid && child !== undefined ? [child] : []))
}

/** For writing; `undefined` while nobody reads. */
function openPipe(path: string): Promise<FileHandle | undefined> {
  return open(path, constants.O_WRONLY | constants.O_NONBLOCK).catch(() => undefined)
}

/** How many connections each process has, that of the question among them. */
async function connectionsOf(url: string): Promise<number[]> {
  const metrics = await (await fetch(`${url}/-/metrics`, { headers: { connection: 'close' } })).text()
  return [...metrics.matchAll(/^holdfast_connections\{process="\d+"\} (\d+)$/gm)].map(([, count]) =>
    Number(count),
  )
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}

async function isLive(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/-/live`)
  await answer.arrayBuffer()
  return answer.ok
}

describe('holdfast serve', () => {
  it('says where its new key is, shows its secret to no log, and ends cleanly on SIGTERM', async () => {
    await using first = serve()
    expect(await isLive(await first.url)).toBe(true)
    const credentials = await readFile(join(folder, 'data', 'credentials.json'), 'utf8')
    const secret = /"secretAccessKey": "([a-z2-7]{40})"/.exec(credentials)?.[1]
    const shown = /access key  (HF\w{18}), its secret is in \S+credentials\.json/.exec(first.output())?.[1]
    assert(secret !== undefined && shown !== undefined, 'the key is kept and told')
    expect(first.output()).not.toContain(secret)
    first.process.kill('SIGTERM')
    expect(await first.exitCode).toBe(0)

    await using second = serve()
    expect(await isLive(await second.url)).toBe(true)
    expect(second.output()).not.toContain(secret)
    expect(second.output()).toContain(shown)
    second.process.kill('SIGINT')
    expect(await second.exitCode).toBe(0)
  })

  it('says in its log what it is and what it serves', async () => {
    await using run = serve('--workers', '2')
    const url = await run.url
    await expect.poll(run.output).toContain('"msg":"serving"')
    const line =
      run
        .output()
        .split('\n')
        .find((text) => text.includes('"msg":"serving"')) ?? ''
    const version: unknown = expect.stringMatching(/^\d+\.\d+\.\d+/)
    expect(JSON.parse(line)).toMatchObject({
      level: 30,
      version,
      url,
      data: join(folder, 'data'),
      workers: 2,
    })
  })

  it('starts its server again when that ends, and keeps the address', async () => {
    await using run = serve()
    const url = await run.url
    for (let round = 0; round < 2; round++) {
      const [worker = 0] = await childrenOf(run.process)
      process.kill(worker, 'SIGKILL')
      await expect.poll(() => childrenOf(run.process), { timeout: 15_000 }).not.toContain(worker)
      await expect.poll(() => isLive(url).catch(() => false), { timeout: 15_000 }).toBe(true)
    }
    expect(run.output()).toContain('"msg":"a worker ended; starting another"')
    run.process.kill('SIGTERM')
    expect(await run.exitCode).toBe(0)
  })

  it('serves in this very process with --no-restart', async () => {
    await using run = serve('--no-restart')
    expect(await isLive(await run.url)).toBe(true)
    expect(await childrenOf(run.process)).toEqual([])
    run.process.kill('SIGTERM')
    expect(await run.exitCode).toBe(0)
  })

  it('shares one port between workers, who end together when a terminal interrupts them all', async () => {
    await using run = serve('--workers', '2')
    expect(await isLive(await run.url)).toBe(true)
    interruptGroup(run.process)
    expect({ exitCode: await run.exitCode, output: run.output() }).toMatchObject({ exitCode: 0 })
  })

  it('shares connections evenly between workers, however long they stay', async () => {
    await using run = serve('--workers', '2')
    const url = await run.url
    await vi.waitUntil(async () => (await connectionsOf(url)).length === 2, {
      timeout: 15_000,
      interval: 100,
    })
    const { hostname, port } = new URL(url)
    const connections = []
    // Those of the questions above end when they like.
    for (let count = 0; count < 12; count++) {
      const connection = connect(Number(port), hostname)
      await once(connection, 'connect')
      connections.push(connection)
    }
    await vi.waitUntil(async () => total(await connectionsOf(url)) >= 12, { timeout: 15_000 })
    expect(Math.min(...(await connectionsOf(url)))).toBeGreaterThanOrEqual(5)
    run.process.kill('SIGTERM')
    expect(await run.exitCode).toBe(0)
    for (const connection of connections) connection.destroy()
  })

  it.each(['1', '2'])('ends on SIGTERM while a start waits for ever (--workers %s)', async (workers) => {
    const [certificate, key] = [join(folder, 'certificate'), join(folder, 'key')]
    execFileSync('mkfifo', [certificate, key])
    await using run = serve('--workers', workers, '--tls-cert', certificate, '--tls-key', key)
    // Succeeds when somebody reads it, who then waits for the key, which nobody writes.
    let pipe: FileHandle | undefined
    await vi.waitUntil(async () => (pipe = await openPipe(certificate)), { timeout: 15_000 })
    run.process.kill('SIGTERM')
    await run.exitCode
    expect(run.output()).toContain('told to stop before the start was done; ended at once')
    await pipe?.close()
  })

  it.each(['1', '2'])('says that the port is in use, and what to do (--workers %s)', async (workers) => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const address = taken.address()
    const port = typeof address === 'object' && address ? address.port : 0
    await using run = serve('--address', `127.0.0.1:${port}`, '--workers', workers)
    expect(await run.exitCode).toBe(1)
    expect(run.output()).toMatch(
      new RegExp(`^127\\.0\\.0\\.1:${port} is in use by another program\\. Choose.*\\n$`),
    )
    taken.close()
  })

  it.each(['1', '2'])(
    'shares the console between workers, and says where it is (--workers %s)',
    async (workers) => {
      await using run = serve('--workers', workers)
      await run.url
      const console = /console {5}(http:\S+)/.exec(run.output())?.[1] ?? ''
      const answer = await fetch(`${console}/-/console/settings.json`)
      expect(await answer.json()).toMatchObject({ region: 'us-east-1' })
      expect((await fetch(`${console}/-/ready`)).status).toBe(403)
    },
  )

  it('serves none with --no-console', async () => {
    await using run = serve('--no-console')
    expect(await isLive(await run.url)).toBe(true)
    expect(run.output()).not.toContain('console')
  })

  it.each(['1', '2'])(
    'serves S3 where the port of the console is in use, and says so (--workers %s)',
    async (workers) => {
      const taken = createServer().listen(0, '127.0.0.1')
      await once(taken, 'listening')
      const address = taken.address()
      const port = typeof address === 'object' && address ? address.port : 0
      await using run = serve('--console', `127.0.0.1:${port}`, '--workers', workers)
      const ready = await fetch(`${await run.url}/-/ready`)
      const reason = `console: the address of the console, 127.0.0.1:${port}, is in use by another program`
      expect(await ready.text()).toContain(reason)
      expect(ready.status).toBe(200)
      expect(run.output()).toContain(reason.slice('console: '.length))
      taken.close()
    },
  )

  it('lists every mistake of the config', async () => {
    const config = join(folder, 'config.json')
    await writeFile(
      config,
      JSON.stringify({ region: 'Mars!', accounts: [{ id: '1', name: 'main' }], moons: 2 }),
    )
    await using run = serve('--config', config)
    expect(await run.exitCode).toBe(1)
    expect(run.output()).toContain('config.json has 3 mistakes:\n')
    for (const path of ['region', 'accounts[0].id', 'moons']) expect(run.output()).toContain(`\n  ${path}: `)
  })

  it('says that the data folder is none', async () => {
    await writeFile(join(folder, 'data'), 'a file')
    await using run = serve()
    expect(await run.exitCode).toBe(1)
    expect(run.output()).toContain('is a file, not a folder. Choose another data folder with --data DIR.')
    expect(run.output()).not.toContain('    at ')
  })

  it('refuses keys that are no certificate', async () => {
    const pem = join(folder, 'none.pem')
    await writeFile(pem, 'nothing')
    await using run = serve('--tls-cert', pem, '--tls-key', pem)
    expect(await run.exitCode).toBe(1)
    expect(run.output()).toContain('There is no certificate and no private key in what was given as one.')
  })
})
