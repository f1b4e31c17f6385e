import fc from 'fast-check'
import { expect, it } from 'vitest'
import { systemRandom } from '../../../base/random.ts'
import { importedMaterialId, openImportToken, sealImportToken } from './import-token.ts'
import { WRAPPING_ALGORITHMS } from './unwrap-material.ts'

const SECRET = Buffer.alloc(32, 1)
const token = fc.record({
  validToMilliseconds: fc.nat(4_000_000_000_000),
  algorithm: fc.constantFrom(...WRAPPING_ALGORITHMS),
  privateKey: fc.uint8Array({ minLength: 1, maxLength: 2400 }),
})

it('opens to what was sealed, until its time', () => {
  const check = (given: Parameters<typeof sealImportToken>[2]): void => {
    const sealed = sealImportToken(SECRET, 'a-key', given, systemRandom)
    const { validToMilliseconds, privateKey } = given
    const opened = openImportToken(SECRET, 'a-key', sealed, validToMilliseconds - 1)
    expect(opened).toEqual({ ...given, privateKey: Buffer.from(privateKey) })
    const late = () => openImportToken(SECRET, 'a-key', sealed, validToMilliseconds)
    expect(late).toThrow(expect.objectContaining({ code: 'ExpiredImportTokenException' }))
  }
  fc.assert(fc.property(token, check))
})

it('is of one key and its secret', () => {
  const given = {
    validToMilliseconds: 9,
    algorithm: 'RSAES_OAEP_SHA_1',
    privateKey: Buffer.alloc(9),
  } as const
  const sealed = sealImportToken(SECRET, 'a-key', given, systemRandom)
  const invalid = expect.objectContaining({ code: 'InvalidImportTokenException' }) as Error
  expect(() => openImportToken(SECRET, 'another', sealed, 0)).toThrow(invalid)
  expect(() => openImportToken(Buffer.alloc(32, 2), 'a-key', sealed, 0)).toThrow(invalid)
  const any = fc.uint8Array({ maxLength: 200 })
  const check = (bytes: Uint8Array): void => {
    expect(() => openImportToken(SECRET, 'a-key', bytes, 0)).toThrow(invalid)
  }
  fc.assert(fc.property(any, check))
})

it('ids of material are told apart by key, secret and material', () => {
  const material = Buffer.alloc(32, 7)
  const id = importedMaterialId(SECRET, 'a-key', material)
  expect(id).toMatch(/^[0-9a-f]{64}$/)
  expect(importedMaterialId(SECRET, 'a-key', Buffer.from(material))).toBe(id)
  const others = [
    importedMaterialId(SECRET, 'another', material),
    importedMaterialId(Buffer.alloc(32, 2), 'a-key', material),
    importedMaterialId(SECRET, 'a-key', Buffer.alloc(33, 7)),
  ]
  expect(new Set([id, ...others]).size).toBe(4)
})
