import { expect, it } from 'vitest'
import { AccountDirectory } from '../access/account-directory.ts'
import { jsonLog } from '../base/log.ts'
import { systemRandom } from '../base/random.ts'
import { completeAccount } from '../config/config.ts'
import { openMemory } from '../metadata/engines/memory.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { ownedBuckets } from '../metadata/tables/tables.ts'
import { putOf } from '../metadata/transaction.ts'
import { tellLostAccounts } from './lost-accounts.ts'

const ids = ['100000000001', '100000000002', '100000000003', '100000000004'] as const
const row = { createdMilliseconds: 0, region: 'us-east-1' }

async function storeWith(counts: Readonly<Record<string, number>>): Promise<OrderedStore> {
  const metadata = openMemory({ random: systemRandom })
  const put = Object.entries(counts).flatMap(([id, count]) =>
    Array.from({ length: count }, (_, at) => putOf(metadata, ownedBuckets, [id, `bucket-${at}`], row)),
  )
  await metadata.commit({ expect: [], put, remove: [] })
  return metadata
}

/** What is logged where these are the accounts, and how many reads it took. */
async function told(metadata: OrderedStore, known: readonly string[]) {
  const lines: string[] = []
  let scans = 0
  const counting: OrderedStore = Object.create(metadata, {
    scan: { value: (range: Parameters<OrderedStore['scan']>[0]) => (scans++, metadata.scan(range)) },
  }) as OrderedStore
  const log = jsonLog('info', { write: (line) => void lines.push(line) })
  const accounts = new AccountDirectory(known.map((id) => completeAccount({ id, name: id })))
  await tellLostAccounts(counting, accounts, log)
  return { scans, lines: lines.map((line) => JSON.parse(line) as { msg: string; accounts: string[] }) }
}

it('says how many buckets the accounts have that are not in the config, and which they are', async () => {
  const metadata = await storeWith({ [ids[0]]: 2, [ids[1]]: 1, [ids[2]]: 1500, [ids[3]]: 1 })
  const { lines } = await told(metadata, [ids[1]])
  expect(lines).toMatchObject([
    {
      msg: '1503 buckets belong to accounts that are not in the config; give those ids back',
      accounts: [ids[0], ids[2], ids[3]],
    },
  ])
  expect((await told(metadata, ids.slice(0, 3))).lines).toMatchObject([
    {
      msg: '1 bucket belongs to accounts that are not in the config; give those ids back',
      accounts: [ids[3]],
    },
  ])
})

it('says nothing where all are known, and reads a row of each', async () => {
  const metadata = await storeWith({ [ids[0]]: 5000, [ids[1]]: 5000 })
  expect(await told(metadata, ids)).toEqual({ lines: [], scans: 3 })
})
