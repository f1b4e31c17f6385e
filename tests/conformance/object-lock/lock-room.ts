import { expect } from 'vitest'
import type { Credentials } from '../../support/accounts.ts'
import { type RawAnswer, xmlTexts } from '../../support/raw-request.ts'
import type { Parts, TimeRoom } from '../../support/time-room.ts'

export type Mode = 'GOVERNANCE' | 'COMPLIANCE'

/** Short names for what tests of object lock do; each function is one request. */
export function lockRequests(room: TimeRoom) {
  return {
    retain: (key: string, mode: Mode, until: string, options: RetainOptions = {}): Promise<RawAnswer> =>
      room.putDocument(key, query('retention', options), retentionDocument(mode, until), partsOf(options)),
    release: (key: string, options: RetainOptions = {}): Promise<RawAnswer> =>
      room.putDocument(key, query('retention', options), '<Retention/>', partsOf(options)),
    hold: (key: string, status: 'ON' | 'OFF', options: RetainOptions = {}): Promise<RawAnswer> =>
      room.putDocument(
        key,
        query('legal-hold', options),
        `<LegalHold><Status>${status}</Status></LegalHold>`,
        partsOf(options),
      ),
    remove: (key: string, options: RetainOptions = {}): Promise<RawAnswer> =>
      room.request('DELETE', key, {
        ...partsOf(options),
        query: options.version === undefined ? '' : `versionId=${options.version}`,
      }),
    async retention(key: string, version?: string): Promise<[mode: string, until: string] | string> {
      const answer = await room.request('GET', key, { query: query('retention', { version }) })
      if (answer.errorCode !== undefined) return answer.errorCode
      return [
        xmlTexts(answer.text, 'Mode')[0] ?? '',
        new Date(xmlTexts(answer.text, 'RetainUntilDate')[0] ?? '').toISOString(),
      ]
    },
  }
}

export interface RetainOptions {
  readonly version?: string | undefined
  readonly bypass?: boolean
  readonly credentials?: Credentials
}

export function retentionDocument(mode: string, until: string): string {
  return `<Retention xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Mode>${mode}</Mode><RetainUntilDate>${until}</RetainUntilDate></Retention>`
}

export function lockConfiguration(rule = ''): string {
  return `<ObjectLockConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><ObjectLockEnabled>Enabled</ObjectLockEnabled>${rule}</ObjectLockConfiguration>`
}

export function defaultRetention(inner: string): string {
  return lockConfiguration(`<Rule><DefaultRetention>${inner}</DefaultRetention></Rule>`)
}

export function lockHeadersOf(answer: RawAnswer): [mode: unknown, until: unknown, hold: unknown] {
  expect(answer.status).toBe(200)
  const { headers } = answer
  return [
    headers['x-amz-object-lock-mode'],
    headers['x-amz-object-lock-retain-until-date'],
    headers['x-amz-object-lock-legal-hold'],
  ]
}

export function allowOther(bucket: string, actions: readonly string[]): string {
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: '100000000002' },
    Action: actions,
    Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
  }
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
}

function query(subresource: string, { version }: RetainOptions): string {
  return `${subresource}=${version === undefined ? '' : `&versionId=${version}`}`
}

function partsOf({ bypass, credentials }: RetainOptions): Parts {
  return {
    ...(bypass && { headers: { 'x-amz-bypass-governance-retention': 'true' } }),
    ...(credentials && { credentials }),
  }
}
