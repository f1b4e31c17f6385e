import { expect, it } from 'vitest'
import { StorageFault } from '../../../base/storage-fault.ts'
import { openMemory } from '../../../metadata/engines/memory.ts'
import { blobReferences } from '../../../metadata/tables/tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import type { S3Service } from '../service/service.ts'
import { ContentPins } from './content-pins.ts'
import type { LongReads } from './long-reads.ts'
import { assertReplaced, pinNamed } from './open-content.ts'

it.each([
  [false, []],
  [true, ['blob']],
])(
  'tells other processes of a blob that is read, where its removal would end that: %s',
  async (removalEndsReads, told) => {
    const metadata = openMemory()
    await transact(metadata, (transaction) => transaction.put(blobReferences, ['blob'], { references: 1 }))
    const begun: string[] = []
    const longReads = { begin: (id) => void begun.push(id), end: () => {} } as Pick<
      LongReads,
      'begin' | 'end'
    >
    const pins = new ContentPins(() => {}, longReads as LongReads)
    const service = { pins, stores: { metadata, blobs: { removalEndsReads } } } as unknown as S3Service
    expect(await pinNamed(service, { kind: 'blob', id: 'blob' }, false)).toBe(true)
    expect(begun).toEqual(told)
  },
)

it('lets a reader look again only where the object is another now', () => {
  const lost = { kind: 'inline', id: 'a' } as const
  expect(() => assertReplaced(undefined, lost)).not.toThrow()
  expect(() => assertReplaced(lost, { kind: 'blob', id: 'b' })).not.toThrow()
  expect(() => assertReplaced(lost, { kind: 'empty' })).not.toThrow()
  expect(() => assertReplaced(lost, { ...lost })).toThrow(StorageFault)
})

it('has other processes know of a file that is opened again and again before it looks whether it is named', async () => {
  const metadata = openMemory()
  await transact(metadata, (transaction) => transaction.put(blobReferences, ['blob'], { references: 1 }))
  // Whoever lets go of it just then has looked for announcements before.
  const announce = () => transact(metadata, (transaction) => transaction.remove(blobReferences, 'blob'))
  const longReads = { begin: () => {}, end: () => {}, announce } as Partial<LongReads>
  const pins = new ContentPins(() => {}, longReads as LongReads)
  const service = { pins, stores: { metadata, blobs: {} } } as unknown as S3Service
  expect(await pinNamed(service, { kind: 'blob', id: 'blob' }, true)).toBe(false)
  expect(pins.isPinned('blob')).toBe(false)
})
