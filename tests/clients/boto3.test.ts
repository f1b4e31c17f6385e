import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { awkwardKeys } from '../support/awkward-keys.ts'
import { makeCertificate } from '../support/certificate.ts'
import { runPython } from '../support/forked-python.ts'
import type { ServerAddress } from '../support/raw-request.ts'
import { requireCommand, requirePythonModule } from '../support/require-command.ts'
import type { CommandOptions } from '../support/run-command.ts'
import { startServerProcess } from '../support/server-process.ts'
import { clientTimeoutMilliseconds, largeSizeBytes } from '../support/sizes.ts'
import { awsEnvironment } from './aws-environment.ts'
import { clientRoom } from './client-room.ts'

const scripts = fileURLToPath(new URL('boto3/', import.meta.url))
let python: string

const room = clientRoom(async (context) => {
  python = await requirePythonModule(context, 'boto3')
})

/** A script asserts for itself; where it fails this rejects with its traceback. */
function script(
  name: string,
  words: readonly string[] = [],
  options: CommandOptions & { readonly server?: ServerAddress } = {},
) {
  return runPython(python, `${scripts}${name}`, words, {
    timeoutMilliseconds: clientTimeoutMilliseconds,
    ...options,
    environment: {
      ...awsEnvironment(options.server ?? room.server, room.folder.path),
      ...options.environment,
    },
  })
}

describe('boto3', { timeout: clientTimeoutMilliseconds }, () => {
  it('transfers files and streams', async () => {
    expect(await script('transfer.py', [room.folder.path, String(largeSizeBytes)])).toMatchObject({
      exitCode: 0,
    })
  })
  it('works as resources', async () => {
    expect(await script('resources.py')).toMatchObject({ exitCode: 0 })
  })
  it('checks integrity', async () => {
    expect(await script('checksums.py')).toMatchObject({ exitCode: 0 })
  })
  it('carries awkward keys', async () => {
    expect(await script('keys.py', [], { input: JSON.stringify(awkwardKeys) })).toMatchObject({ exitCode: 0 })
  })
  it('selects records', async () => {
    expect(await script('select.py')).toMatchObject({ exitCode: 0 })
  })
  it('signs forms', async () => {
    expect(await script('presigned_post.py')).toMatchObject({ exitCode: 0 })
  })
  it('presigns with Version 2 where nobody says otherwise', async () => {
    expect(await script('presigned_by_default.py')).toMatchObject({ exitCode: 0 })
  })
  it('sets what buckets have besides', async () => {
    expect(await script('bucket_settings.py')).toMatchObject({ exitCode: 0 })
  })
  it('replicates', async () => {
    expect(await script('replication.py')).toMatchObject({ exitCode: 0 })
  })
  it('calls S3 Control', async () => {
    expect(await script('control.py')).toMatchObject({ exitCode: 0 })
  })
  it('makes access points and uses them', async () => {
    await using server = await startServerProcess({ config: { domains: ['localhost'] } })
    expect(await script('access_points.py', [], { server })).toMatchObject({ exitCode: 0 })
  })
  it('makes websites', async () => {
    expect(await script('website.py')).toMatchObject({ exitCode: 0 })
  })
  it('turns logging on and reads the log', async () => {
    const config = { accessLogs: { saveSeconds: 0.1, deliverySeconds: 0.2 } }
    await using logging = await startServerProcess({ config })
    expect(await script('access_logs.py', [], { server: logging })).toMatchObject({ exitCode: 0 })
  })
  it('streams over HTTPS with trailing checksums', async (context) => {
    await requireCommand(context, 'openssl')
    const { certificate, key } = await makeCertificate(room.folder.path)
    await using secure = await startServerProcess({ tls: { certificate, key } })
    const environment = { AWS_CA_BUNDLE: certificate }
    expect(await script('https.py', [], { server: secure, environment })).toMatchObject({ exitCode: 0 })
  })
})
