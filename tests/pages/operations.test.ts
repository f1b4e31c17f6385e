import { CreateBucketCommand, PutBucketReplicationCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { CreateVirtualMFADeviceCommand, EnableMFADeviceCommand, CreateUserCommand } from '@aws-sdk/client-iam'
import { readFile, readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import { mainAccount, mainCredentials } from '../support/accounts.ts'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { iamClient, makeRole } from '../support/identity-clients.ts'
import { base32 } from '../support/mfa-devices.ts'
import { codeAt, STEP_MILLISECONDS } from '../support/one-time-code.ts'
import { rawRequest } from '../support/raw-request.ts'
import { s3Client } from '../support/s3-client.ts'
import { requireCommand } from '../support/require-command.ts'
import { startServerProcess } from '../support/server-process.ts'
import { awsEnvironment } from '../clients/aws-environment.ts'
import { setVersioning } from '../support/versioning.ts'
import { sweep } from '../faults/sweep.ts'
import { backups } from './backups-scene.ts'
import { damage } from './damage-scene.ts'
import { moving } from './moving-scene.ts'
import { goingBack } from './going-back-scene.ts'
import { describePage, type Scene } from './describe-page.ts'

const DATA = '--data /srv/holdfast'
const TRUST_S3 = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' }],
})

const conditions: Scene = async (room) => {
  await using _ = await room.serve()
  const { text } = await room.run('curl -i http://127.0.0.1:9000/-/ready')
  expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nready\n$/)
}

const doctor: Scene = async (room) => {
  await using _ = await room.serve()
  const { text } = await room.run('holdfast doctor --data /srv/holdfast')
  expect(text).toMatch(/^well {3}servers: A server is running[^]*Nothing is wrong\.\n$/m)
}

const refusedStart: Scene = async (room) => {
  const data = room.at('/srv/holdfast')
  {
    await using server = await room.serve()
    await createBucket(server, 'photos')
    await putObject(server, 'photos', 'small', 'small')
    await putObject(server, 'photos', 'large', contentOf('large', 200_000))
    await server.end('SIGTERM')
  }
  const strange = '7f'.padEnd(32, '0')
  await writeFile(join(data, 'blobs/7f', strange), 'nobody knows')
  for (const [command, said] of [
    ['holdfast quarantine restore --data /srv/holdfast --all', '1 blobs are back.'],
    ['holdfast quarantine purge --data /srv/holdfast --all', '1 blobs are deleted.'],
  ] as const) {
    await sweep(data)
    const { text } = await room.run('holdfast quarantine --data /srv/holdfast')
    expect(text).toContain(strange)
    expect((await room.run(command)).text).toContain(said)
  }
  expect(await readdir(join(data, 'blobs/quarantine'))).toEqual([])

  expect((await room.run('holdfast serve --help')).text).toContain('HOLDFAST_ROOT_KEYS')
  await rename(join(data, 'blobs'), room.at('lost'))
  const accept = 'holdfast serve --accept <loss>'
  // Another loss than this one: refused.
  const other = { with: { '<loss>': 'lost-keys' }, more: DATA, allowFailure: true }
  expect((await room.run(accept, other)).stderr).toContain('blobs is missing')
  await using server = await room.runServer(accept, { with: { '<loss>': 'lost-blobs' }, more: DATA })
  expect((await getObject(server, 'photos', 'small')).text).toBe('small')
}

const importing: Scene = async (room) => {
  await using source = await startServerProcess({ config: { region: 'eu-north-1' } })
  const client = s3Client(source, { region: 'eu-north-1' })
  const CreateBucketConfiguration = { LocationConstraint: 'eu-north-1' } as const
  await client.send(new CreateBucketCommand({ Bucket: 'photos', CreateBucketConfiguration }))
  await client.send(new PutObjectCommand({ Bucket: 'photos', Key: 'a', Body: 'hello' }))
  await using server = await room.serve()
  room.stand('https://s3.eu-north-1.amazonaws.com', source.url)
  room.export('export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…', {
    AWS_ACCESS_KEY_ID: mainCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: mainCredentials.secretAccessKey,
  })
  const command =
    'holdfast import --from https://s3.eu-north-1.amazonaws.com --region eu-north-1 --bucket photos --data /srv/holdfast'
  await room.run(`${command} --dry-run`, { allowFailure: true })
  expect((await rawRequest(server, { path: '/photos' })).status).toBe(404)
  expect((await room.run(command)).text).toMatch(/Both sides are the same\.\n$/)
  expect((await getObject(server, 'photos', 'a')).text).toBe('hello')
}

const newConfig: Scene = async (room) => {
  await using server = await startServerProcess({ arguments: ['--workers', '1'] })
  await server.writeConfig({ accounts: [mainAccount] })
  await room.run('kill -HUP', { more: String(server.processId) })
  const said = 'the config was read anew'
  await vi.waitFor(() => expect(server.output()).toContain(said), { timeout: 20_000, interval: 50 })
}

const accounts: Scene = async (room) => {
  await using _ = await room.serve()
  const options = { with: { NAME: 'team' }, more: DATA }
  expect((await room.run('holdfast accounts add NAME', options)).text).toContain('team')
  const standing = async (): Promise<string> => (await room.run('holdfast accounts list', options)).text
  expect(await standing()).toMatch(/team/)
  await room.run('holdfast accounts disable NAME', options)
  expect(await standing()).toMatch(/team.*disabled/)
  await room.run('holdfast accounts enable NAME', options)
  expect(await standing()).not.toContain('disabled')
  await room.run('holdfast accounts rotate-keys NAME', options)
}

const replication: Scene = async (room) => {
  await using server = await room.serve()
  for (const bucket of ['one', 'two']) {
    await createBucket(server, bucket)
    await setVersioning(server, bucket, 'Enabled')
  }
  await putObject(server, 'one', 'before', 'before')
  const Statement = [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }]
  const role = await makeRole(server, { RoleName: 'r', AssumeRolePolicyDocument: TRUST_S3 }, ...Statement)
  const client = s3Client(server)
  const Rule = { Status: 'Enabled' as const, Prefix: '', Destination: { Bucket: 'arn:aws:s3:::two' } }
  const ReplicationConfiguration = { Role: role, Rules: [Rule] }
  await client.send(new PutBucketReplicationCommand({ Bucket: 'one', ReplicationConfiguration }))
  client.destroy()
  const options = { with: { BUCKET: 'one' }, more: DATA }
  expect((await room.run('holdfast replication status', options)).text).toMatch(/^one +0$/m)
  expect((await room.run('holdfast replication retry BUCKET', options)).text).toMatch(/^0 versions of one /)
  expect((await room.run('holdfast replication existing BUCKET', options)).text).toMatch(
    /^1 versions of one /,
  )
  await vi.waitFor(async () => expect((await getObject(server, 'two', 'before')).text).toBe('before'), {
    timeout: 20_000,
    interval: 50,
  })
}

const auditLog: Scene = async (room) => {
  const directory = room.at('audit')
  room.environment['HOLDFAST_CONFIG'] = JSON.stringify({ accounts: [mainAccount], auditLog: { directory } })
  await using server = await room.serve()
  await createBucket(server, 'photos')
  expect((await fetch(`${server.url}/photos/a.jpg`)).status).toBe(403)
  const refusal = async (): Promise<string[]> => {
    const [file = ''] = await readdir(directory)
    const text = await readFile(join(directory, file), 'utf8')
    const line = text.split('\n').find((record) => record.includes('a.jpg')) ?? '{}'
    return (JSON.parse(line) as { refusedBy?: string[] }).refusedBy ?? expect.unreachable()
  }
  const refusedBy = await vi.waitFor(refusal, { timeout: 20_000, interval: 50 })
  const more = `--as anonymous --action s3:GetObject --resource arn:aws:s3:::photos/a.jpg ${DATA}`
  const { text } = await room.run('holdfast explain', { more })
  for (const reason of refusedBy) expect(text).toContain(reason)
}

const wrongGuesses: Scene = async (room, context) => {
  await requireCommand(context, 'aws')
  await using server = await room.serve()
  Object.assign(room.environment, awsEnvironment(server, room.path), { AWS_ENDPOINT_URL: server.url })
  const iam = iamClient(server)
  await iam.send(new CreateUserCommand({ UserName: 'ann' }))
  const { VirtualMFADevice: device } = await iam.send(
    new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'ann' }),
  )
  const seed = base32(Buffer.from(device?.Base32StringSeed ?? []).toString())
  const code = (steps: number): string => codeAt(new Date(Date.now() + steps * STEP_MILLISECONDS), seed)
  const SerialNumber = device?.SerialNumber
  const two = { AuthenticationCode1: code(-1), AuthenticationCode2: code(0) }
  await iam.send(new EnableMFADeviceCommand({ UserName: 'ann', SerialNumber, ...two }))
  await room.run('aws iam resync-mfa-device', {
    more: `--user-name ann --serial-number ${SerialNumber} --authentication-code1 ${code(20)} --authentication-code2 ${code(21)}`,
  })
}

const fullDisk: Scene = async (room) => {
  await using server = await room.serve()
  await createBucket(server, 'photos')
  await rawRequest(server, { method: 'POST', path: '/photos/half', query: 'uploads=' })
  expect((await room.run('holdfast uploads', { more: DATA })).text).toContain('half')
}

const metrics: Scene = async (room) => {
  await using server = await room.serve()
  await createBucket(server, 'photos')
  expect((await room.run('holdfast usage', { more: DATA })).text).toContain('photos')
  expect((await room.run('holdfast workers', { more: DATA })).text).toContain('usage')
  for (const of of ['bucket photos --bytes 500GiB --objects 1000000', 'account 100000000002 --bytes 10TB'])
    await room.run(`holdfast quota set --${of}`, { more: DATA })
  expect((await room.run('holdfast quota', { more: DATA })).text).toContain('photos')
  await room.run('holdfast quota remove --bucket photos', { more: DATA })
}

await describePage('docs/operations.md', {
  Conditions: conditions,
  'The doctor': doctor,
  'A start that is refused': refusedStart,
  Backups: backups,
  'Moving to other engines': moving,
  'Going back a version': goingBack,
  Importing: importing,
  'A new config': newConfig,
  Accounts: accounts,
  Replication: replication,
  Metrics: metrics,
  'Audit log': auditLog,
  'Wrong guesses of a secret': wrongGuesses,
  'A full disk': fullDisk,
  Damage: damage,
})
