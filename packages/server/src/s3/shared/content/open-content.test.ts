import { expect, it } from 'vitest'
import { StorageFault } from '../../../base/storage-fault.ts'
import { assertReplaced } from './open-content.ts'

it('lets a reader look again only where the object is another now', () => {
  const lost = { kind: 'inline', id: 'a' } as const
  expect(() => assertReplaced(undefined, lost)).not.toThrow()
  expect(() => assertReplaced(lost, { kind: 'blob', id: 'b' })).not.toThrow()
  expect(() => assertReplaced(lost, { kind: 'empty' })).not.toThrow()
  expect(() => assertReplaced(lost, { ...lost })).toThrow(StorageFault)
})
