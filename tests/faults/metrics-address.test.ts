import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import * as http from 'node:http'
import * as https from 'node:https'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { certificateTexts } from '../support/certificate.ts'
import { freePort } from '../support/free-port.ts'
import { startTestServer } from '../support/server.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const TOKEN = 'a-token.of_tests~1234+/=='
const ANY_PORT = '127.0.0.1:0'

/** On a connection of its own: one that is kept may be ended by a worker that retires just as it is used again. */
async function ask(url: string, token?: string): Promise<{ status: number | undefined; text: string }> {
  const headers = { connection: 'close', ...(token !== undefined && { authorization: token }) }
  const asked = http.get(url, { agent: false, headers })
  const [answer] = (await once(asked, 'response')) as [http.IncomingMessage]
  return { status: answer.statusCode, text: Buffer.concat(await answer.toArray()).toString() }
}

it('metrics with an address of their own are told there and not by S3', async () => {
  await using server = await startTestServer({ metrics: { address: ANY_PORT } })
  const { metricsUrl = '' } = server
  expect(await ask(`${server.url}/-/metrics`)).toEqual({ status: 404, text: 'not found\n' })
  expect(await ask(`${server.url}/-/live`)).toEqual({ status: 200, text: 'live\n' })
  const told = await ask(metricsUrl)
  expect(told.status).toBe(200)
  expect(told.text).toContain('\nholdfast_open_uploads 0\n')
  for (const path of ['/', '/-/live', '/bucket/key', '/-/metrics/more', '//-/metrics'])
    expect([path, (await ask(new URL(metricsUrl).origin + path)).status]).toEqual([path, 404])
  await server.drain()
  await expect(ask(metricsUrl)).rejects.toThrow('ECONNREFUSED')
})

it.each([undefined, ANY_PORT])('who shows no token is told nothing (address: %s)', async (address) => {
  await using server = await startTestServer({ metrics: { address }, metricsToken: TOKEN })
  const url = server.metricsUrl ?? `${server.url}/-/metrics`
  const wrong = [
    undefined,
    '',
    TOKEN,
    `Bearer ${TOKEN}x`,
    `Basic ${btoa(`me:${TOKEN}`)}`,
    'Bearer ',
    'Bearer',
  ]
  for (const header of wrong)
    expect(await ask(url, header)).toEqual({ status: 401, text: 'a token is needed\n' })
  expect((await fetch(url)).headers.get('www-authenticate')).toMatch(/^Bearer /)
  for (const header of [`Bearer ${TOKEN}`, `bearer ${TOKEN}`])
    expect(await ask(url, header)).toMatchObject({ status: 200 })
})

it('metrics are told over TLS where S3 is', async () => {
  const tls = await certificateTexts('localhost')
  await using server = await startTestServer({ metrics: { address: ANY_PORT }, tls })
  expect(server.metricsUrl).toMatch(/^https:/)
  const status = await new Promise((resolve, reject) => {
    https
      .get(server.metricsUrl ?? '', { ca: tls.cert, agent: false }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode))
      })
      .on('error', reject)
  })
  expect(status).toBe(200)
})

it('a token that cannot be had refuses the start, and names no secret', async () => {
  await using folder = await temporaryDirectory()
  const tokenFile = join(folder.path, 'token')
  const metrics = { tokenFile }
  await expect(startTestServer({ metrics })).rejects.toThrow(/metrics\.tokenFile: .*token cannot be read/)
  for (const text of ['', '\n', 'short', 'with some space in it'.repeat(2)]) {
    await writeFile(tokenFile, text)
    await expect(startTestServer({ metrics })).rejects.toThrow(/: *\n *expected a token of 16 characters/)
  }
  await writeFile(tokenFile, `${TOKEN}\n`)
  await expect(startTestServer({ metrics, metricsToken: TOKEN })).rejects.toThrow('give one of them')
  await using server = await startTestServer({ metrics })
  expect(await ask(`${server.url}/-/metrics`, `Bearer ${TOKEN}`)).toMatchObject({ status: 200 })
})

it('an address that is taken refuses the start by its own name', async () => {
  await using first = await startTestServer({ metrics: { address: ANY_PORT } })
  const address = new URL(first.metricsUrl ?? '').host
  await expect(startTestServer({ metrics: { address } })).rejects.toThrow(
    `metrics.address: ${address} is in use by another program`,
  )
})

it.each([1, 2])(
  'with %i workers, SIGHUP takes over another token and another address',
  { timeout: 60_000 },
  async (workers) => {
    const [port, another] = [await freePort(), await freePort()]
    await using server = await startServerProcess({
      arguments: ['--workers', String(workers)],
      environment: { HOLDFAST_LOG_LEVEL: 'info' },
      config: { metrics: { address: `127.0.0.1:${port}` } },
    })
    const url = `http://127.0.0.1:${port}/-/metrics`
    await vi.waitFor(
      async () =>
        expect((await ask(url)).text.match(/^holdfast_process_up\S+ 1$/gm) ?? []).toHaveLength(
          workers === 1 ? 0 : 2,
        ),
      { timeout: 20_000, interval: 100 },
    )
    const tokenFile = join(server.dataDirectory, 'token')
    await writeFile(tokenFile, TOKEN)
    await server.writeConfig({ metrics: { address: `127.0.0.1:${port}`, tokenFile } })
    process.kill(server.processId, 'SIGHUP')
    await vi.waitFor(() => expect(server.output()).toContain('the config was read anew'), { timeout: 20_000 })
    for (let round = 0; round < 4; round++) {
      expect(await ask(url)).toMatchObject({ status: 401 })
      expect(await ask(url, `Bearer ${TOKEN}`)).toMatchObject({ status: 200 })
    }
    await server.writeConfig({ metrics: { address: `127.0.0.1:${another}` } })
    process.kill(server.processId, 'SIGHUP')
    await vi.waitFor(() => expect(server.output().match(/the config was read anew/g)).toHaveLength(2), {
      timeout: 20_000,
    })
    await expect(ask(url)).rejects.toThrow('ECONNREFUSED')
    expect(await ask(`http://127.0.0.1:${another}/-/metrics`)).toMatchObject({ status: 200 })
  },
)
