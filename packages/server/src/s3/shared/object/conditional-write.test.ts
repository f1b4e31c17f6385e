import { describe, expect, it } from 'vitest'
import type { RequestFacts } from '../service/request-facts.ts'
import { assertConditionsProtected } from './conditional-write.ts'

function facts(version: 2 | 4 | undefined, isSecure: boolean): RequestFacts {
  const signed = { accessKeyId: '', credential: {}, form: 'header', signedAtMilliseconds: undefined } as const
  const signature = version && { ...signed, version }
  const receivedAt = new Date()
  return {
    isSecure,
    signature,
    receivedAt,
    remoteAddress: '127.0.0.1',
    tlsVersion: undefined,
    requestId: '',
    hostId: '',
  }
}

describe('a conditional write', () => {
  const check = (version: 2 | 4 | undefined, isSecure: boolean, input: object): (() => void) => {
    return () => assertConditionsProtected({ facts: facts(version, isSecure) }, input)
  }

  it('needs TLS or Version 4 where it is signed', () => {
    for (const input of [{ IfMatch: '"x"' }, { IfNoneMatch: '*' }]) {
      expect(check(2, false, input)).toThrow(expect.objectContaining({ code: 'InvalidRequest' }))
      expect(check(2, true, input)).not.toThrow()
      expect(check(4, false, input)).not.toThrow()
      expect(check(undefined, false, input)).not.toThrow()
    }
    expect(check(2, false, {})).not.toThrow()
  })
})
