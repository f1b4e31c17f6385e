import { cp, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { awsEnvironment } from '../clients/aws-environment.ts'
import { mainAccount, otherAccount } from '../support/accounts.ts'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { freePort } from '../support/free-port.ts'
import type { ServerAddress } from '../support/raw-request.ts'
import { requireCommand } from '../support/require-command.ts'
import { runCommand } from '../support/run-command.ts'
import { startServerProcess } from '../support/server-process.ts'
import { describePage, type Scene } from './describe-page.ts'
import type { PageRoom } from './page-room.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What a clone has, and what `npm install` finds in a cache; it may write into all of it. */
async function cloneInto(folder: string): Promise<void> {
  const script = [
    `mkdir "$0"`,
    `git ls-files -z | xargs -0 cp -a --parents -t "$0"`,
    // Files of packages are written by nobody: links to them do. What npm keeps beside them is written anew.
    `cp -al node_modules "$0"/`,
    `rm -f "$0"/node_modules/.package-lock.json`,
    `cp -a node_modules/.package-lock.json "$0"/node_modules/`,
  ]
  await runCommand('/bin/sh', ['-ec', script.join('\n'), folder], { directory: root })
}

/** The first start of a clone, as far as no registry is needed; a test each in place of all of them. */
const start: Scene = async (room, context) => {
  for (const command of ['git', 'npm']) await requireCommand(context, command)
  const clone = room.at('clone')
  await cloneInto(clone)
  Object.assign(room.environment, { npm_config_offline: 'true', npm_config_audit: 'false' })
  const port = await freePort()
  const address = `127.0.0.1:${port}`
  // A worker is ready before the server says so.
  const untilTold = `until curl -sf http://${address}/-/ready && grep -q '"url"' told; do sleep 0.1; done`
  const told = await room.run('npm install && npm start', {
    directory: clone,
    // A group of its own, which is ended as by Ctrl-C.
    with: { 'npm install && npm start': 'set -m; npm install && npm start' },
    more: `-- --address ${address} --no-console > told 2>&1 & ${untilTold}; kill -INT -- -$!; wait $!; cat told`,
    allowFailure: true,
  })
  expect(told.text).toContain(`"url":"http://${address}"`)
  const isServed = () =>
    fetch(`http://${address}/-/live`).then(
      () => true,
      () => false,
    )
  await expect.poll(isServed, { timeout: 20_000 }).toBe(false)
  const [account] = (
    JSON.parse(await readFile(`${clone}/holdfast-data/credentials.json`, 'utf8')) as {
      accounts: { accessKeys: { accessKeyId: string; secretAccessKey: string }[] }[]
    }
  ).accounts
  const [key] = account?.accessKeys ?? []
  expect(told.text).toContain(key?.accessKeyId ?? expect.unreachable())
  expect(told.text).not.toContain(key?.secretAccessKey)
  const one = { directory: clone, more: '-- packages/server/src/base/bounded-cache.test.ts' }
  expect((await room.run('npm install && npm test', one)).text).toMatch(/Tests\s+.*\d+ passed/)
  const slow = { directory: clone, more: '-- tests/pages/page-commands.test.ts' }
  expect((await room.run('npm run test:slow', slow)).text).toMatch(/Tests\s+.*1 passed/)
}

function useAws(room: PageRoom, server: ServerAddress): void {
  const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...others } = awsEnvironment(server, room.path)
  Object.assign(room.environment, others)
}

const firstUpload: Scene = async (room, context) => {
  await requireCommand(context, 'aws')
  await using server = await room.serve()
  useAws(room, server)
  room.export('export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… AWS_DEFAULT_REGION=us-east-1', {
    AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
    AWS_DEFAULT_REGION: 'us-east-1',
  })
  await cp(`${root}/README.md`, room.at('README.md'))
  await room.run('aws --endpoint-url http://127.0.0.1:9000 s3 mb s3://first')
  await room.run('aws --endpoint-url http://127.0.0.1:9000 s3 cp README.md s3://first/')
  const { text } = await room.run('aws --endpoint-url http://127.0.0.1:9000 s3 ls s3://first')
  expect(text).toMatch(/ README\.md\n$/)
}

const configuration: Scene = async (room, context) => {
  await requireCommand(context, 'aws')
  for (const [command, options] of [
    ['npm start -- [options]', { directory: root }],
    ['holdfast serve [options]', {}],
  ] as const) {
    const help = await room.run(command, { ...options, with: { '[options]': '--help' } })
    expect(help.text).toContain('--ready-scripts <dir>')
  }
  expect((await room.run('holdfast serve --help')).text).toContain('HOLDFAST_LOG_LEVEL')
  room.environment['HOLDFAST_CONFIG'] = JSON.stringify({ accounts: [mainAccount, otherAccount] })
  await using server = await room.serve()
  await createBucket(server, 'first')
  await putObject(server, 'first', 'README.md', 'read')
  const explain =
    'holdfast explain --principal 100000000002 --action s3:GetObject --resource arn:aws:s3:::first/README.md'
  expect((await room.run(explain, { allowFailure: true })).text).toMatch(/^DENIED: /)

  await writeFile(room.at('secret.txt'), 'minioadmin')
  expect((await room.run('holdfast accounts add team --email team@example.com')).text).toContain('team')
  await room.run('holdfast accounts add old --access-key-id minioadmin --secret-access-key-file secret.txt')
  const old = { ...server, credentials: { accessKeyId: 'minioadmin', secretAccessKey: 'minioadmin' } }
  await createBucket(old, 'of-the-old')
  expect((await room.run('holdfast accounts disable team')).text).toContain('team')

  useAws(room, server)
  Object.assign(room.environment, {
    AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
  })
  room.export('export AWS_ENDPOINT_URL=http://127.0.0.1:9000', { AWS_ENDPOINT_URL: server.url })
  for (const command of room.left().filter((each) => each.startsWith('aws iam'))) {
    const more = command.endsWith('device')
      ? '--virtual-mfa-device-name root-account-mfa-device --bootstrap-method Base32StringSeed --outfile seed'
      : ''
    expect((await room.run(command, { more })).stderr).toBe('')
  }
  expect((await room.run('aws sts get-session-token')).text).toContain('SessionToken')

  expect((await room.run('holdfast scrub')).text).toContain(' 0 damaged.')
  expect((await room.run('holdfast workers')).text).toContain('scrub')
  for (const command of ['holdfast uploads', 'holdfast quarantine']) await room.run(command)
  const { text } = await room.run('holdfast doctor', { allowFailure: true })
  expect(text).toContain('A server is running')
  await server.end('SIGTERM')
  expect((await room.run('holdfast repair', { more: '--yes' })).exitCode).toBe(0)
}

const survives: Scene = async (room) => {
  const body = contentOf('large', 300_000)
  {
    await using server = await room.serve()
    await createBucket(server, 'first')
    await putObject(server, 'first', 'large', body)
    await room.run('kill -9', { more: String(server.processId) })
    expect((await server.ended).signal).toBe('SIGKILL')
  }
  await using server = await room.serve()
  expect((await getObject(server, 'first', 'large')).body.equals(body)).toBe(true)
  expect((await room.run('holdfast scrub')).text).toContain(' 0 damaged.')
  expect((await room.run('holdfast backup', { more: '/backup/holdfast' })).text).toContain('Moment 1: ')
}

const goingOn: Scene = async (room) => {
  await using source = await startServerProcess()
  await createBucket(source, 'photos')
  await putObject(source, 'photos', 'a', 'hello')
  await using server = await room.serve()
  const { accessKeyId, secretAccessKey } = source.credentials
  await room.run('holdfast import', {
    more: `--from ${source.url}`,
    environment: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
  })
  expect((await getObject(server, 'photos', 'a')).text).toBe('hello')
}

await describePage('README.md', {
  Start: start,
  'First upload': firstUpload,
  Configuration: configuration,
  'What one folder on one disk survives': survives,
  'Going on': goingOn,
})
