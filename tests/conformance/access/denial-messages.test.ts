/**
 * What a refusal tells. Source: S3 User Guide, "Troubleshoot access denied (403 Forbidden) errors in Amazon S3", "Access denied
 * message examples": within an account who may not do what, and which kind of policy it is; to everybody else nothing.
 */
import { PutUserPermissionsBoundaryCommand } from '@aws-sdk/client-iam'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Credentials } from '../../support/accounts.ts'
import {
  iamClient,
  makeRole,
  makeUser,
  sessionOf,
  stsClient,
  trustPolicy,
} from '../../support/identity-clients.ts'
import { type RawAnswer, rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { makePolicy, policyText } from '../iam/own-policies.suite.ts'
import { AccessRoom, owner, type Parts, withMd5 } from './access-room.ts'

let room: AccessRoom
let bucket: string
/** A user of the owner's account whom nothing allows anything. */
let nobody: Credentials
beforeAll(async () => {
  room = await AccessRoom.open()
  bucket = await room.bucket()
  await room.put(bucket, 'key')
  nobody = await makeUser(room.server, 'nobody')
  return () => room[Symbol.asyncDispose]()
})

const allow = (Action: string | string[], Effect = 'Allow') => ({ Effect, Action, Resource: '*' })

function ask(credentials: Credentials, method: string, path: string, parts: Parts = {}): Promise<RawAnswer> {
  return rawRequest(room.server, { method, path, credentials, ...parts })
}

function told({ text }: RawAnswer): string | undefined {
  return xmlTexts(text, 'Message')[0]?.replaceAll('&quot;', '"')
}

const user = (name: string): string =>
  `User: arn:aws:iam::${owner.id}:user/${name} is not authorized to perform:`
const lacking = (what: string, action = 's3:GetObject'): string =>
  `because no ${what} allows the ${action} action`

describe('within the account it tells which kind of policy', () => {
  it.each([
    ['has nothing', allow('s3:PutObject'), undefined, lacking('identity-based policy')],
    ['denies', allow('s3:*', 'Deny'), undefined, 'with an explicit deny in an identity-based policy'],
    ['bounds', allow('s3:*'), allow('s3:Put*'), lacking('permissions boundary')],
  ])('of a user %s', async (kind, own, boundary, expected) => {
    const UserName = kind.replaceAll(' ', '-')
    const credentials = await makeUser(room.server, UserName, own)
    if (boundary) {
      const iam = iamClient(room.server)
      const PermissionsBoundary = await makePolicy({ iam }, UserName, {
        PolicyDocument: policyText(boundary),
      })
      await iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }))
    }
    const answer = await ask(credentials, 'GET', `/${bucket}/key`)
    expect([answer.status, answer.errorCode]).toEqual([403, 'AccessDenied'])
    const resource = `"arn:aws:s3:::${bucket}/key"`
    expect(told(answer)).toBe(`${user(UserName)} s3:GetObject on resource: ${resource} ${expected}`)
  })

  it('of a session', async () => {
    const assuming = await makeUser(room.server, 'assuming', allow('sts:*'))
    const role = { RoleName: 'reader', AssumeRolePolicyDocument: trustPolicy(owner.id) }
    const RoleArn = await makeRole(room.server, role, allow('s3:*'))
    const Policy = policyText(allow('s3:PutObject'))
    const asked = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session', Policy })
    const { Credentials: given } = await stsClient(room.server, assuming).send(asked)
    expect(told(await ask(sessionOf(given), 'GET', `/${bucket}/key`))).toBe(
      `User: arn:aws:sts::${owner.id}:assumed-role/reader/session is not authorized to perform: s3:GetObject ` +
        `on resource: "arn:aws:s3:::${bucket}/key" ${lacking('session policy')}`,
    )
  })

  it('of the bucket denies, also to the root user', async () => {
    const closed = await room.bucket()
    await room.policy(closed, { Effect: 'Deny', Action: 's3:ListBucket', Resource: `arn:aws:s3:::${closed}` })
    const allowed = await makeUser(room.server, 'allowed', allow('s3:*'))
    const what = `is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::${closed}"`
    const why = 'with an explicit deny in a resource-based policy'
    expect(told(await ask(allowed, 'GET', `/${closed}`))).toBe(
      `User: arn:aws:iam::${owner.id}:user/allowed ${what} ${why}`,
    )
    expect(told(await room.ask('owner', 'GET', closed))).toBe(
      `User: arn:aws:iam::${owner.id}:root ${what} ${why}`,
    )
  })
})

describe('it names', () => {
  it('the action of what is asked for, and no resource where there is none', async () => {
    const resource = `on resource: "arn:aws:s3:::${bucket}/key"`
    const version = await ask(nobody, 'GET', `/${bucket}/key`, { query: 'versionId=null' })
    const getVersion = 's3:GetObjectVersion'
    expect(told(version)).toBe(
      `${user('nobody')} ${getVersion} ${resource} ${lacking('identity-based policy', getVersion)}`,
    )
    const listBuckets = 's3:ListAllMyBuckets'
    expect(told(await ask(nobody, 'GET', '/'))).toBe(
      `${user('nobody')} ${listBuckets} ${lacking('identity-based policy', listBuckets)}`,
    )
    const create = `s3:CreateBucket on resource: "arn:aws:s3:::never-made"`
    expect(told(await ask(nobody, 'PUT', '/never-made'))).toBe(
      `${user('nobody')} ${create} ${lacking('identity-based policy', 's3:CreateBucket')}`,
    )
  })

  it('s3:ListBucket to a reader for whom there is no such key', async () => {
    const reader = await makeUser(room.server, 'may-read', allow('s3:GetObject'))
    const list = `s3:ListBucket on resource: "arn:aws:s3:::${bucket}"`
    expect(told(await ask(reader, 'GET', `/${bucket}/absent`))).toBe(
      `${user('may-read')} ${list} ${lacking('identity-based policy', 's3:ListBucket')}`,
    )
  })

  it('each key of DeleteObjects', async () => {
    const body = '<Delete><Object><Key>key</Key></Object></Delete>'
    const answer = await ask(nobody, 'POST', `/${bucket}`, { query: 'delete=', body, headers: withMd5(body) })
    const what = `s3:DeleteObject on resource: "arn:aws:s3:::${bucket}/key"`
    expect([answer.status, told(answer)]).toEqual([
      200,
      `${user('nobody')} ${what} ${lacking('identity-based policy', 's3:DeleteObject')}`,
    ])
  })
})

describe('it tells nothing', () => {
  it('of other accounts', async () => {
    const denied = await room.bucket()
    await room.policy(denied, {
      Effect: 'Deny',
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${denied}/*`,
    })
    for (const who of ['writer', 'anonymous'] as const) {
      expect(told(await room.ask(who, 'GET', bucket, 'key'))).toBe('Access Denied')
      expect(told(await room.ask(who, 'GET', denied, 'key'))).toBe('Access Denied')
    }
    const foreign = await room.bucket({}, 'writer')
    expect(told(await ask(nobody, 'GET', `/${foreign}/key`))).toBe('Access Denied')
  })

  it('where a policy asks for tags of objects: it would tell which of them there are', async () => {
    const tagged = await room.bucket()
    await room.put(tagged, 'key', { 'x-amz-tagging': 'secret=yes' })
    const Condition = { StringEquals: { 's3:ExistingObjectTag/secret': 'yes' } }
    const Resource = `arn:aws:s3:::${tagged}/*`
    await room.policy(tagged, { Effect: 'Deny', Action: 's3:GetObject', Resource, Condition })
    const readers = await makeUser(room.server, 'reads-untagged', allow('s3:GetObject'))
    for (const credentials of [nobody, readers]) {
      for (const key of ['key', 'absent']) {
        const answer = await ask(credentials, 'GET', `/${tagged}/${key}`)
        expect([answer.status, told(answer)]).toEqual([403, 'Access Denied'])
      }
    }
  })

  it('where it is no policy, but the owner of the object', async () => {
    await room.policy(bucket, { Action: 's3:PutObject', Resource: `arn:aws:s3:::${bucket}/*` })
    await room.put(bucket, 'foreign', {}, 'writer')
    const everything = await makeUser(room.server, 'everything', allow('s3:*'))
    expect(told(await ask(everything, 'GET', `/${bucket}/foreign`))).toBe('Access Denied')
    expect(told(await room.ask('owner', 'GET', bucket, 'foreign'))).toBe('Access Denied')
    // Nor does the message tell whose it is.
    const resource = `on resource: "arn:aws:s3:::${bucket}/foreign"`
    expect(told(await ask(nobody, 'GET', `/${bucket}/foreign`))).toBe(
      `${user('nobody')} s3:GetObject ${resource} ${lacking('identity-based policy')}`,
    )
  })
})
