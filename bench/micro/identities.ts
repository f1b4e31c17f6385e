/**
 * Prints what it costs to know who signs, and to decide on a read: of the root user, of a user with two managed policies, an
 * inline one and a boundary, and of a session of a role with a policy; then, of a store with 100,000 users with keys, how long
 * a start takes beside that of one with a tenth of them, what a look for a key costs, and a page of ListUsers.
 * `node bench/micro/identities.ts [users]`
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AccountDirectory } from '../../packages/server/src/access/account-directory.ts'
import { decide } from '../../packages/server/src/access/decide.ts'
import type { Caller } from '../../packages/server/src/access/caller.ts'
import { RequestContext } from '../../packages/server/src/access/request-context.ts'
import { systemClock } from '../../packages/server/src/base/clock.ts'
import { systemRandom } from '../../packages/server/src/base/random.ts'
import { localKeyManagement } from '../../packages/server/src/encryption/keys/local.ts'
import { givenRootKeys, rootKeyOf } from '../../packages/server/src/encryption/keys/root-keys.ts'
import { StoreKeys } from '../../packages/server/src/encryption/store-keys.ts'
import { sealedSecret } from '../../packages/server/src/identities/sealed-secret.ts'
import { pageOfEntities } from '../../packages/server/src/iam/shared/page-of-entities.ts'
import { shownUser, users } from '../../packages/server/src/iam/shared/users.ts'
import { Identities } from '../../packages/server/src/identities/identities.ts'
import { KeyUses } from '../../packages/server/src/identities/key-uses.ts'
import { newSessionKeyId } from '../../packages/server/src/identities/session-key-id.ts'
import { sealedToken } from '../../packages/server/src/identities/session-token.ts'
import { StoreAccounts } from '../../packages/server/src/identities/store-accounts.ts'
import { openLmdb } from '../../packages/server/src/metadata/engines/lmdb.ts'
import type { OrderedStore } from '../../packages/server/src/metadata/ordered-store.ts'
import {
  iamAccessKeys,
  iamPolicies,
  iamRoles,
  iamUsers,
} from '../../packages/server/src/metadata/tables/iam-tables.ts'
import { readRow, transact } from '../../packages/server/src/metadata/transaction.ts'
import { storeKeyRecords } from '../../packages/server/src/s3/shared/sealing/store-key-records.ts'
import { startServer } from '../../packages/server/src/start-server.ts'
import { median } from '../base/statistics.ts'
import { micro } from '../micro.ts'
import { writeUsers } from '../setting/many-users.ts'

const accountId = '100000000001'
const rootKey = {
  accessKeyId: 'AKIABENCHBENCHBENCH0',
  secretAccessKey: 'bench/bench/bench/bench/bench/bench/benc',
}
const account = {
  id: accountId,
  name: 'bench',
  displayName: 'bench',
  email: 'bench@example.com',
  canonicalId: 'be'.repeat(32),
  accessKeys: [rootKey],
}
const createdMilliseconds = 0
const documentOf = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const reads = {
  Effect: 'Allow',
  Action: ['s3:GetObject', 's3:GetObjectVersion'],
  Resource: 'arn:aws:s3:::bench/*',
}
const lists = { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::bench' }
const keys = { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey*'], Resource: '*' }

await using folder = new AsyncDisposableStack()
async function newFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'holdfast-identities-'))
  folder.defer(() => rm(path, { recursive: true, force: true }))
  return path
}

const count = Number(process.argv[2] ?? 100_000)
const metadata = folder.use(await openLmdb({ path: join(await newFolder(), 'metadata') }))
const accounts = new AccountDirectory([account])
const management = localKeyManagement(givenRootKeys([rootKeyOf(Buffer.alloc(32, 1))]), systemRandom)
const storeKeys = new StoreKeys(management, storeKeyRecords(metadata), systemClock, systemRandom)
const keyUses = new KeyUses(systemClock, metadata)
const storeAccounts = new StoreAccounts({ directory: accounts, metadata, clock: systemClock })
const identities = new Identities({ accounts, metadata, storeKeys, keyUses, storeAccounts })

await measureCallers()
await measureMany()

async function measureCallers(): Promise<void> {
  const userKey = await makeUser()
  const [sessionKey, token] = await makeSession()
  const callers = {
    'root user': await callerOf(rootKey.accessKeyId),
    user: await callerOf(userKey),
    session: await callerOf(sessionKey, token),
  }
  await micro({
    'who signs: root user': () => identities.find(rootKey.accessKeyId),
    'who signs: user': () => identities.find(userKey),
    'who signs: session': () => identities.find(sessionKey, token),
    ...Object.fromEntries(
      Object.entries(callers).map(([name, caller]) => [`decide: ${name}`, () => decideOnRead(caller)]),
    ),
  })
}

async function callerOf(accessKeyId: string, token?: string): Promise<Caller> {
  const found = await identities.find(accessKeyId, token)
  if (!found || !decideOnRead(found.caller)) throw new Error(`${accessKeyId} may not read`)
  return found.caller
}

function decideOnRead(caller: Caller): boolean {
  const action = 's3:GetObject'
  const bucket = {
    name: 'bench',
    ownerAccountId: accountId,
    ownerCanonicalId: account.canonicalId,
    objectOwnership: 'BucketOwnerEnforced',
  } as const
  const context = new RequestContext(() => [['aws:SourceIp', '203.0.113.9']])
  const rule = { action, on: 'object' } as const
  return decide({ caller, rule, action, resource: 'arn:aws:s3:::bench/k', bucket, context }).allowed
}

async function makeUser(): Promise<string> {
  const policies = {
    keys: documentOf(keys),
    reads: documentOf(reads, lists),
    boundary: documentOf({ ...reads, Action: 's3:*' }, keys),
  }
  const arnOf = (name: string) => `arn:aws:iam::${accountId}:policy/${name}`
  const accessKeyId = 'AKIABENCHBENCHBENCH1'
  const sealed = await sealedSecret(storeKeys, accessKeyId, 'secret', systemRandom)
  const entity = { accountId, path: '/', createdMilliseconds }
  await transact(metadata, (transaction) => {
    for (const [name, document] of Object.entries(policies)) {
      const version = { number: 1, createdMilliseconds }
      const row = {
        ...entity,
        id: `ANPA${name}`,
        name,
        document,
        defaultVersion: 1,
        versions: [version],
        lastVersion: version,
      }
      transaction.put(iamPolicies, [accountId, name], row)
    }
    transaction.put(iamUsers, ['AIDAUSER'], {
      ...entity,
      name: 'user',
      inlinePolicies: { own: documentOf(lists) },
      attachedPolicies: [arnOf('keys'), arnOf('reads')],
      boundary: arnOf('boundary'),
    })
    const key = { accountId, userId: 'AIDAUSER', status: 'Active', createdMilliseconds, ...sealed } as const
    transaction.put(iamAccessKeys, [accessKeyId], key)
  })
  return accessKeyId
}

async function makeSession(): Promise<[accessKeyId: string, token: string]> {
  await transact(metadata, (transaction) =>
    transaction.put(iamRoles, ['AROAROLE'], {
      accountId,
      path: '/',
      createdMilliseconds,
      name: 'role',
      trustPolicy: '{}',
      maximumSessionSeconds: 3600,
      inlinePolicies: { own: documentOf({ ...reads, Action: 's3:*' }) },
    }),
  )
  const accessKeyId = newSessionKeyId(accountId, systemRandom)
  const session = {
    roleId: 'AROAROLE',
    name: 'session',
    policy: documentOf(reads, lists),
    secretAccessKey: 'secret',
    issuedMilliseconds: Date.now(),
    expiresMilliseconds: Date.now() + 3_600_000,
  }
  return [accessKeyId, await sealedToken(storeKeys, accessKeyId, session, systemRandom)]
}

async function measureMany(): Promise<void> {
  const ids = await writeUsers(metadata, storeKeys, accountId, count)
  const any = () => ids[Math.floor(Math.random() * ids.length)] ?? ''
  const page = (MaxItems: number) => async () => {
    const { items } = await pageOfEntities(metadata, users, accountId, { MaxItems })
    return items.map(shownUser)
  }
  console.log(`${ids.length} users with keys`)
  const known = ids[0] ?? ''
  await micro({
    'the row of any key': () => readRow(metadata, iamAccessKeys, any()),
    'who signs: the same user': () => identities.find(known),
    'who signs: any user, another each time': () => identities.find(any()),
    'ListUsers, a page of 100': page(100),
    'ListUsers, a page of 1,000': page(1000),
  })
  await measureStarts()
}

/** Starts by turns: of an empty store, of one with a tenth of the users and of one with all. A start looks at 4 MiB of pages, whatever they hold. */
async function measureStarts(): Promise<void> {
  const stores = { empty: await newFolder(), some: await newFolder(), full: await newFolder() }
  const start = async (path: string) => {
    const begun = performance.now()
    const server = await startServer({ dataDirectory: path, accounts: [account] })
    const milliseconds = performance.now() - begun
    await server[Symbol.asyncDispose]()
    return milliseconds
  }
  for (const path of Object.values(stores)) await start(path)
  await fill(stores.some, count / 10)
  await fill(stores.full, count)
  const times = { empty: [] as number[], some: [] as number[], full: [] as number[] }
  for (let round = 0; round < 15; round++) {
    for (const name of ['empty', 'some', 'full'] as const) times[name].push(await start(stores[name]))
  }
  const [empty, some, full] = [median(times.empty), median(times.some), median(times.full)]
  const ratio = (full / some).toFixed(2)
  console.log(
    `a start: empty ${empty.toFixed(1)} ms, a tenth of the users ${some.toFixed(1)} ms, all ${full.toFixed(1)} ms: ${ratio} of it`,
  )
}

async function fill(path: string, users: number): Promise<void> {
  await using store: OrderedStore = await openLmdb({ path: join(path, 'metadata') })
  // Nobody signs by these: they need not open.
  await writeUsers(store, storeKeys, accountId, users)
}
