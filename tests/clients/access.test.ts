import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { mainAccount, otherAccount } from '../support/accounts.ts'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { rawRequest } from '../support/raw-request.ts'
import { requireCommand } from '../support/require-command.ts'
import { runCommand } from '../support/run-command.ts'
import { clientTimeoutMilliseconds, isLarge } from '../support/sizes.ts'
import { awsEnvironment } from './aws-environment.ts'
import { clientRoom } from './client-room.ts'
import { runAws } from './run-aws.ts'
import { runBoto3 } from './run-boto3.ts'

/** What clients do with ACLs and policies. */

const newBuckets = { objectOwnership: 'ObjectWriter', blockPublicAccess: false }
const room = clientRoom(undefined, { config: { newBuckets } })

const EVERYONE = 'http://acs.amazonaws.com/groups/global/AllUsers'

/** Whether anybody may read an object. */
async function isPublic(bucket: string, key: string): Promise<boolean> {
  const { status } = await rawRequest(room.server, { path: `/${bucket}/${key}`, anonymous: true })
  return status === 200
}

describe('boto3', { timeout: clientTimeoutMilliseconds }, () => {
  it('puts ACLs in every form', async (context) => {
    expect(await runBoto3(context, room, 'acls.py')).toMatchObject({ exitCode: 0 })
  })
})

describe('aws s3api', { timeout: clientTimeoutMilliseconds }, () => {
  beforeEach(async (context) => requireCommand(context, 'aws'))

  async function s3api(operation: string, ...words: string[]): Promise<unknown> {
    const { text } = await runAws(
      ['--endpoint-url', room.server.url, 's3api', operation, ...words, '--output', 'json'],
      { directory: room.folder.path, environment: awsEnvironment(room.server, room.folder.path) },
    )
    return text.trim() === '' ? undefined : JSON.parse(text)
  }

  it.runIf(isLarge)('put-object-acl and put-bucket-acl put each form', async () => {
    const bucket = await createBucket(room.server, 'cli-acls')
    await putObject(room.server, bucket, 'key', 'x')
    const main = {
      Grantee: { Type: 'CanonicalUser', ID: mainAccount.canonicalId },
      Permission: 'FULL_CONTROL',
    }
    const everyone = { Grantee: { Type: 'Group', URI: EVERYONE }, Permission: 'READ' }
    const targets = [
      ['object', '--bucket', bucket, '--key', 'key'],
      ['bucket', '--bucket', bucket],
    ] as const
    for (const [on, ...target] of targets) {
      const shown = () => s3api(`get-${on}-acl`, ...target)
      await s3api(`put-${on}-acl`, ...target, '--acl', 'public-read')
      expect(await shown()).toMatchObject({
        Owner: { ID: mainAccount.canonicalId },
        Grants: [main, everyone],
      })
      await s3api(`put-${on}-acl`, ...target, '--grant-read', `emailaddress=${otherAccount.email}`)
      expect(await shown()).toMatchObject({ Grants: [{ Grantee: { ID: otherAccount.canonicalId } }] })
      const policy = { Owner: { ID: mainAccount.canonicalId }, Grants: [main] }
      await s3api(`put-${on}-acl`, ...target, '--access-control-policy', JSON.stringify(policy))
      expect(await shown()).toMatchObject(policy)
    }
  })

  it('put-bucket-policy opens a bucket, and delete-bucket-policy closes it', async () => {
    const bucket = await createBucket(room.server, 'cli-policy')
    await putObject(room.server, bucket, 'key', 'x')
    const Statement = {
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${bucket}/*`,
    }
    await writeFile(
      join(room.folder.path, 'policy.json'),
      JSON.stringify({ Version: '2012-10-17', Statement }),
    )
    await s3api('put-bucket-policy', '--bucket', bucket, '--policy', 'file://policy.json')
    expect(await isPublic(bucket, 'key')).toBe(true)
    expect(await s3api('get-bucket-policy-status', '--bucket', bucket)).toEqual({
      PolicyStatus: { IsPublic: true },
    })
    await s3api('delete-bucket-policy', '--bucket', bucket)
    expect(await isPublic(bucket, 'key')).toBe(false)
  })
})

describe('s3cmd', { timeout: clientTimeoutMilliseconds }, () => {
  beforeEach(async (context) => requireCommand(context, 's3cmd'))

  async function s3cmd(...words: string[]): Promise<string> {
    const host = `127.0.0.1:${room.server.port}`
    const { accessKeyId, secretAccessKey } = room.server.credentials
    const settings = [
      `access_key = ${accessKeyId}`,
      `secret_key = ${secretAccessKey}`,
      `host_base = ${host}`,
      `host_bucket = ${host}`,
      'use_https = False',
    ]
    await writeFile(join(room.folder.path, 's3cfg'), `[default]\n${settings.join('\n')}\n`)
    const { text } = await runCommand('s3cmd', ['-c', 's3cfg', '--no-progress', ...words], {
      directory: room.folder.path,
      environment: { HOME: room.folder.path },
    })
    return text
  }

  it('setacl makes public and private, grants and revokes', async () => {
    const bucket = await createBucket(room.server, 's3cmd-acls')
    await putObject(room.server, bucket, 'key', 'x')
    const url = `s3://${bucket}/key`
    await s3cmd('setacl', '--acl-public', url)
    expect(await isPublic(bucket, 'key')).toBe(true)
    await s3cmd('setacl', '--acl-private', url)
    expect(await isPublic(bucket, 'key')).toBe(false)
    await s3cmd('setacl', `--acl-grant=read:${otherAccount.canonicalId}`, url)
    const [credentials] = otherAccount.accessKeys
    const asOther = { ...room.server, ...(credentials && { credentials }) }
    expect((await getObject(asOther, bucket, 'key')).status).toBe(200)
    expect(await s3cmd('info', url)).toMatch(/ACL: +O\. Tester: READ\n/)
    await s3cmd('setacl', `--acl-revoke=read:${otherAccount.canonicalId}`, url)
    expect((await getObject(asOther, bucket, 'key')).status).toBe(403)
    await s3cmd('setacl', `--acl-grant=write:${otherAccount.email}`, `s3://${bucket}`)
    expect(await s3cmd('info', `s3://${bucket}`)).toMatch(/ACL: +O\. Tester: WRITE\n/)
  })

  it('sets, shows and deletes a policy, and who pays', async () => {
    const bucket = await createBucket(room.server, 's3cmd-policy')
    await putObject(room.server, bucket, 'key', 'x')
    const Statement = [
      { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` },
    ]
    await writeFile(join(room.folder.path, 'policy'), JSON.stringify({ Version: '2012-10-17', Statement }))
    await s3cmd('setpolicy', 'policy', `s3://${bucket}`)
    expect(await isPublic(bucket, 'key')).toBe(true)
    expect(await s3cmd('info', `s3://${bucket}`)).toMatch(/Policy: +\{.*s3:GetObject/)
    await s3cmd('delpolicy', `s3://${bucket}`)
    expect(await isPublic(bucket, 'key')).toBe(false)
    await s3cmd('payer', '--requester-pays', `s3://${bucket}`)
    expect(await s3cmd('info', `s3://${bucket}`)).toMatch(/Payer: +Requester\n/)
  })
})
