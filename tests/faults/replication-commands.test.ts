import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  HeadObjectCommand,
  ListObjectAnnotationsCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutObjectAnnotationCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { executable } from '../support/executable.ts'
import { makeRole } from '../support/identity-clients.ts'
import { type CommandResult, runCommand } from '../support/run-command.ts'
import { s3Client } from '../support/s3-client.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { setVersioning } from '../support/versioning.ts'

const trust = { Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' }
let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess()
  return () => server[Symbol.asyncDispose]()
}, 60_000)

function replication(...words: string[]): Promise<CommandResult> {
  const all = [executable, 'replication', ...words, '--data', server.dataDirectory]
  return runCommand(process.execPath, all, { allowFailure: true })
}

describe('holdfast replication', { timeout: 60_000 }, () => {
  it('brings what was there before the rules, and what failed once it can be', async () => {
    const client = s3Client(server)
    for (const Bucket of ['from', 'destination']) {
      await client.send(new CreateBucketCommand({ Bucket }))
      await setVersioning(server, Bucket, 'Enabled')
    }
    const put = (Key: string) => client.send(new PutObjectCommand({ Bucket: 'from', Key, Body: Key }))
    for (const key of ['a', 'a', 'b']) await put(key)
    expect((await replication()).text).toBe('No bucket is replicated.\n')
    const none = await replication('existing', 'from')
    expect([none.exitCode, none.stderr]).toEqual([
      1,
      expect.stringContaining('The bucket from has no replication configuration.'),
    ])
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] })
    const all = { Effect: 'Allow', Action: 's3:*', Resource: '*' }
    const Role = await makeRole(server, { RoleName: 'r', AssumeRolePolicyDocument }, all)
    const Rule = {
      Status: 'Enabled' as const,
      Prefix: '',
      Destination: { Bucket: 'arn:aws:s3:::destination' },
    }
    const ReplicationConfiguration = { Role, Rules: [Rule] }
    await client.send(new PutBucketReplicationCommand({ Bucket: 'from', ReplicationConfiguration }))
    const patience = { timeout: 20_000, interval: 100 }
    // The log comes by a pipe of its own.
    const told = (line: RegExp) => vi.waitFor(() => expect(server.output()).toMatch(line), patience)
    const settled = (expected: string[]) =>
      vi.waitFor(async () => {
        const { text } = await replication('status', 'from')
        expect(
          text
            .trim()
            .split('\n')
            .slice(1)
            .map((line) => line.replace(/ +/, ' '))
            .toSorted(),
        ).toEqual(expected)
      }, patience)
    await settled(['none 3'])
    await put('c')
    await settled(['COMPLETED 1', 'none 3'])
    expect((await replication('existing', 'from')).text).toBe('3 versions of from are left to its rules.\n')
    await settled(['COMPLETED 4'])
    expect((await replication('existing', 'from', '--json')).text).toBe('{"bucket":"from","versions":0}\n')
    expect((await replication('status', 'destination', '--json')).text).toBe(
      '{"bucket":"destination","REPLICA":4}\n',
    )

    await setVersioning(server, 'destination', 'Suspended')
    await put('d')
    await settled(['COMPLETED 4', 'FAILED 1'])
    await told(/"reason":"DstBucketUnversioned"[^\n]*a version could not be replicated/)
    await setVersioning(server, 'destination', 'Enabled')
    expect((await replication('retry', 'from')).text).toBe('1 versions of from are left to its rules.\n')
    await settled(['COMPLETED 5'])
    const replica = await client.send(new HeadObjectCommand({ Bucket: 'destination', Key: 'd' }))
    expect(replica.ReplicationStatus).toBe('REPLICA')
    expect((await replication('status')).text).toMatch(/^from +0$/m)

    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:ReplicateObjectAnnotation',
        Resource: 'arn:aws:s3:::destination/*',
      },
    })
    await client.send(new PutBucketPolicyCommand({ Bucket: 'destination', Policy }))
    const note = { Bucket: 'from', Key: 'd', AnnotationName: 'note', AnnotationPayload: 'text' }
    await client.send(new PutObjectAnnotationCommand(note))
    const annotated = (Bucket: string, status: string) =>
      vi.waitFor(async () => {
        const listing = new ListObjectAnnotationsCommand({ Bucket, Key: 'd' })
        const { Annotations = [] } = await client.send(listing)
        expect(Annotations.map(({ ReplicationStatus }) => ReplicationStatus)).toEqual([status])
      }, patience)
    await annotated('from', 'FAILED')
    await told(/"annotation":"note"[^\n]*an annotation could not be replicated/)
    await settled(['COMPLETED 5'])
    await client.send(new DeleteBucketPolicyCommand({ Bucket: 'destination' }))
    expect((await replication('retry', 'from')).text).toBe('1 versions of from are left to its rules.\n')
    await annotated('from', 'COMPLETED')
    await annotated('destination', 'REPLICA')
    expect((await replication('retry', 'from')).text).toBe('0 versions of from are left to its rules.\n')
    client.destroy()
  })

  it('says what is missing', async () => {
    const answers = await Promise.all([
      replication('retry'),
      replication('retry', 'nowhere'),
      replication('status', 'nowhere'),
      replication('begin'),
    ])
    expect(answers.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([
      [1, expect.stringContaining('Say which bucket: holdfast replication retry BUCKET')],
      [1, expect.stringContaining('There is no bucket nowhere.')],
      [1, expect.stringContaining('There is no bucket nowhere.')],
      [1, expect.stringMatching(/'begin' is invalid for argument/)],
    ])
  })
})
