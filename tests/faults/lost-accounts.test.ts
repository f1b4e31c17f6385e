import { expect, it } from 'vitest'
import { mainAccount, otherAccount } from '../support/accounts.ts'
import { createBucket } from '../support/buckets.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

it(
  'a start warns, once for all its workers, of buckets whose account the config no longer has',
  { timeout: 60_000 },
  async () => {
    await using folder = await temporaryDirectory()
    const start = (id: string) =>
      startServerProcess({
        dataDirectory: folder.path,
        arguments: ['--workers', '2'],
        config: { accounts: [{ ...mainAccount, id }, otherAccount] },
      })
    await using first = await start(mainAccount.id)
    for (const name of ['one', 'two']) await createBucket(first, `bucket-${name}`)
    await first.end('SIGTERM')
    expect(first.output()).not.toContain('not in the config')

    await using second = await start('999999999999')
    await second.end('SIGTERM')
    const told = second.output().match(/"msg":"2 buckets belong to accounts that are not in the config/g)
    expect(told).toHaveLength(1)
    expect(second.output()).toContain(`"accounts":["${mainAccount.id}"]`)
  },
)
