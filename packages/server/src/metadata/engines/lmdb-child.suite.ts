// A process of its own for the tests of LMDB: `node lmdb-child.suite.ts <task> <folder> <name>`.
import { writeSync } from 'node:fs'
import { StorageFault } from '../../base/storage-fault.ts'
import type { OrderedStore } from '../ordered-store.ts'
import { openLmdb } from './lmdb.ts'

const IN_FLIGHT = 8

/** Key and value of a row that says by itself whether it is whole. */
export function selfTellingRow(
  name: string,
  number: number,
  half: 'a' | 'b',
): { key: Buffer; value: Buffer } {
  const key = Buffer.from(`${name} ${String(number).padStart(6, '0')} ${half}`)
  return { key, value: Buffer.alloc(1 + ((number * 997) % 12_000), key) }
}

/** Adds one to the number under `count`, whoever else does so at the time. */
export async function increment(store: OrderedStore): Promise<void> {
  const key = Buffer.from('count')
  for (;;) {
    const entry = await store.get(key)
    const value = Buffer.from(String(Number(Buffer.from(entry?.value ?? []).toString()) + 1))
    if (await store.commit({ expect: [{ key, stamp: entry?.stamp }], put: [{ key, value }], remove: [] }))
      return
  }
}

/** Writes pairs of rows until it is killed or something fails; tells each number when its pair is durable. */
async function write(store: OrderedStore, name: string): Promise<void> {
  let next = 0
  const writer = async (): Promise<void> => {
    for (;;) {
      const number = next++
      const put = [selfTellingRow(name, number, 'a'), selfTellingRow(name, number, 'b')]
      const expect = put.map(({ key }) => ({ key, stamp: undefined }))
      await store.commit({ expect: number % 2 === 0 ? expect : [], put, remove: [] })
      writeSync(1, `${number}\n`)
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, writer))
}

async function main([task, path = '', name = '']: readonly string[]): Promise<void> {
  await using store = await openLmdb({ path, ...(task === 'fill' && { reserveBytes: 2 ** 16 }) })
  if (task === 'write') await write(store, name)
  if (task === 'increment') for (let round = 0; round < 100; round++) await increment(store)
  if (task === 'fill') await fill(store, name)
}

/** Tries to write more than the disk takes, and tells how that was and whether the store goes on. */
async function fill(store: OrderedStore, name: string): Promise<void> {
  const kept = selfTellingRow(name, 1, 'a')
  const large = { key: Buffer.from('large'), value: Buffer.alloc(2 ** 23) }
  const ballast = { key: large.key, value: Buffer.alloc(2 ** 18) }
  // What is removed leaves free pages, so small commits have a place.
  await store.commit({ expect: [], put: [kept, ballast], remove: [] })
  await store.commit({ expect: [], put: [], remove: [ballast.key] })
  const fault = await store
    .commit({ expect: [], put: [kept, large], remove: [] })
    .catch((error: unknown) => error)
  writeSync(1, `${fault instanceof StorageFault ? fault.kind : String(fault)}\n`)
  writeSync(1, `${(await store.getMany([kept.key, large.key])).map((entry) => entry?.value.length).join()}\n`)
  const put = [selfTellingRow(name, 1, 'b')]
  writeSync(1, `${await store.commit({ expect: [], put, remove: [] })}\n`)
}

if (import.meta.main) await main(process.argv.slice(2))
