import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { type RawAnswer, xmlTexts } from '../../support/raw-request.ts'
import { type AccessRoom, owner, type Parts, type Who } from '../access/access-room.ts'
import { control } from '../access/control-request.ts'
import { expectSuccess } from '../objects/object-room.ts'
import { testRegion } from '../../support/accounts.ts'

export const REGION = testRegion

const SWITCHES = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets']

interface PointOptions {
  readonly who?: Who
  readonly accountId?: string
  /** Elements of the public access block. */
  readonly block?: string
  /** Further elements of the document. */
  readonly more?: string
}

/** A room for tests of access points, which are `owner`'s where nothing else is said. */
export class AccessPointRoom {
  readonly room: AccessRoom
  #made = 0

  constructor(room: AccessRoom) {
    this.room = room
  }

  ask(who: Who, method: string, path: string, parts: Parts = {}, accountId = owner.id): Promise<RawAnswer> {
    return control(this.room, who, method, `accesspoint${path}`, parts, accountId)
  }

  create(who: Who, name: string, elements: string, accountId = owner.id): Promise<RawAnswer> {
    return this.ask(who, 'PUT', `/${name}`, { body: createDocument(elements) }, accountId)
  }

  /** A new access point that blocks nothing but what `block` says. */
  async point(bucket: string, options: PointOptions = {}) {
    const { who = 'owner', accountId = owner.id, block = '', more = '' } = options
    const name = `point-${++this.#made}`
    const off = SWITCHES.filter((name) => !block.includes(`<${name}>`)).map(
      (name) => `<${name}>false</${name}>`,
    )
    const elements = `<Bucket>${bucket}</Bucket>${more}<PublicAccessBlockConfiguration>${block}${off.join('')}</PublicAccessBlockConfiguration>`
    const answer = await this.create(who, name, elements, accountId)
    expectSuccess(answer, 200)
    const [alias = ''] = xmlTexts(answer.text, 'Alias')
    const arn = `arn:aws:s3:${REGION}:${accountId}:accesspoint/${name}`
    return { name, alias, arn, accountId }
  }

  putPolicy(name: string, policy: string, who: Who = 'owner', accountId = owner.id): Promise<RawAnswer> {
    return this.ask(who, 'PUT', `/${name}/policy`, { body: policyBody(policy) }, accountId)
  }

  /** Gives an access point statements, each of which allows everybody everything where it does not say otherwise. */
  async policy(
    point: { name: string; arn: string; accountId: string },
    ...statements: object[]
  ): Promise<void> {
    const who = point.accountId === owner.id ? 'owner' : 'third'
    const answer = await this.putPolicy(
      point.name,
      pointPolicy(point.arn, ...statements),
      who,
      point.accountId,
    )
    expectSuccess(answer, 200)
  }
}

export function createDocument(elements: string): string {
  return `<CreateAccessPointRequest xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">${elements}</CreateAccessPointRequest>`
}

export function policyBody(policy: string): string {
  const escaped = policy.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<PutAccessPointPolicyRequest xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"><Policy>${escaped}</Policy></PutAccessPointPolicyRequest>`
}

export function pointPolicy(arn: string, ...statements: object[]): string {
  const Statement = statements.map((statement) => ({
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:*',
    Resource: [arn, `${arn}/object/*`],
    ...statement,
  }))
  return JSON.stringify({ Version: '2012-10-17', Statement })
}

/** An ARN in the place of a bucket, in a path. */
export function inPath(arn: string): string {
  return encodeURIComponent(arn).replaceAll('%2F', '/')
}

/** An unsigned GET to a host of the server. */
export async function getFromHost(url: string, host: string, path: string) {
  const { hostname, port } = new URL(url)
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number | undefined; text: string }>()
  request({ host: hostname, port, path, headers: { host } }, (answer) => {
    text(answer).then((body) => resolve({ status: answer.statusCode, text: body }), reject)
  })
    .on('error', reject)
    .end()
  return promise
}
