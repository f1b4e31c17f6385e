import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import type { EncryptionRow, ObjectRow } from '../../../metadata/tables/rows.ts'
import { OpenedBodies } from './opened-bodies.ts'

const bytes = Buffer.from('opened')

function rowOf(encryption?: EncryptionRow): ObjectRow {
  return {
    etag: '0123456789abcdef0123456789abcdef',
    sizeBytes: bytes.length,
    modifiedMilliseconds: 0,
    ownerAccountId: '111122223333',
    content: { kind: 'inline', id: '0123456789abcdef' },
    encryption,
  }
}

it('finds what was kept for a row, and nothing for the same row read again after a change', () => {
  const bodies = new OpenedBodies()
  const row = rowOf({ kind: 'AES256' })
  expect(bodies.find(row)).toBeUndefined()
  bodies.keep(row, bytes)
  expect(bodies.find(row)).toBe(bytes)
  expect(bodies.find({ ...row })).toBeUndefined()
  expect(bodies.find({ ...row, content: { kind: 'empty' } })).toBeUndefined()
})

it('keeps nothing that a key of the client or of the key service opened', () => {
  const bodies = new OpenedBodies()
  const keyed = { keyArn: 'arn:aws:kms:us-east-1:111122223333:key/k', sealedKey: '' }
  const customer = { kind: 'customer', salt: '', verifier: '' } as const
  for (const encryption of [
    customer,
    { kind: 'aws:kms', ...keyed },
    { kind: 'aws:kms:dsse', ...keyed },
  ] as const) {
    const row = rowOf(encryption)
    bodies.keep(row, bytes)
    expect(bodies.find(row)).toBeUndefined()
  }
})

it('does not hold the rows, whose size it does not know', async () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const bodies = new OpenedBodies()
  const keep = (): WeakRef<ObjectRow> => {
    const row = rowOf()
    bodies.keep(row, bytes)
    return new WeakRef(row)
  }
  const kept = keep()
  // What a WeakRef was made of stays until the turn ends.
  await nextTurn()
  collectGarbage()
  expect(kept.deref()).toBeUndefined()
})
