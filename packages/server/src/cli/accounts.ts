import { systemDisk } from '../base/disk.ts'
import { keepAlive } from '../base/keep-alive.ts'
import { readWholeFile } from '../base/whole-file.ts'
import type { AccessKey } from '../access/accounts.ts'
import { type AccountTools, openAccountTools, type ToldAccount } from '../compose/account-tools.ts'
import { failed, say, storeOf, type StoreOptions } from './with-store.ts'
import { table } from './text-table.ts'

export type AccountsAction = 'list' | 'add' | 'disable' | 'enable' | 'rotate-keys'

export interface AccountsOptions extends StoreOptions {
  readonly id?: string
  readonly email?: string
  readonly displayName?: string
  readonly accessKeyId?: string
  readonly secretAccessKeyFile?: string
  readonly keepOld?: true
}

/** What means something to one action alone, besides what every command takes. */
const OWN_OPTIONS: Readonly<Record<AccountsAction, readonly (keyof AccountsOptions)[]>> = {
  list: [],
  add: ['id', 'email', 'displayName', 'accessKeyId', 'secretAccessKeyFile'],
  disable: [],
  enable: [],
  'rotate-keys': ['accessKeyId', 'secretAccessKeyFile', 'keepOld'],
}
const COMMON: readonly (keyof AccountsOptions)[] = ['data', 'config', 'json']

/** `holdfast accounts`: those of the config and of the store; the latter are added and changed beside running servers. */
export function accounts(
  action: AccountsAction,
  named: string | undefined,
  options: AccountsOptions,
): Promise<void> {
  return withAccounts(options, action === 'list' ? 'look' : 'change', async (tools) => {
    assertMeant(action, options)
    if (action === 'list') return list(tools, options)
    if (named === undefined) throw new Error(`Say which account: holdfast accounts ${action} NAME`)
    if (action === 'add') return add(tools, named, options)
    if (action === 'rotate-keys') return rotateKeys(tools, named, options)
    await setDisabled(tools, named, action === 'disable', options)
  })
}

function assertMeant(action: AccountsAction, options: AccountsOptions): void {
  const known = new Set<string>([...COMMON, ...OWN_OPTIONS[action]])
  const strange = Object.keys(options).find((name) => !known.has(name))
  if (strange === undefined) return
  const option = strange.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  throw new Error(`--${option} means nothing to holdfast accounts ${action}.`)
}

async function list(tools: AccountTools, { json }: AccountsOptions): Promise<void> {
  const found = await tools.list()
  if (json) return say(JSON.stringify(found, undefined, 2))
  const rows = found.map(({ id, name, email, accessKeyIds, standsIn, isDisabled }) => [
    id,
    name,
    email ?? '',
    accessKeyIds.join(' '),
    standsIn === 'hidden' ? 'store, hidden by the config' : standsIn,
    isDisabled ? 'disabled' : '',
  ])
  say(table(['id', 'name', 'e-mail', 'access keys', 'stands in', ''], rows))
}

async function add(tools: AccountTools, name: string, options: AccountsOptions): Promise<void> {
  const { id, email, displayName } = options
  const told = await tools.add({ name, id, email, displayName, accessKey: await givenKey(options) })
  tell(told, options, `Account ${told.id} (${told.name}) was added.`)
}

async function setDisabled(
  tools: AccountTools,
  named: string,
  isDisabled: boolean,
  { json }: AccountsOptions,
): Promise<void> {
  const { id, name } = await tools.setDisabled(named, isDisabled)
  if (json) return say(JSON.stringify({ id, name, isDisabled }, undefined, 2))
  const what = isDisabled ? 'disabled: its keys, and those of its users and sessions, are refused' : 'enabled'
  say(`Account ${id} (${name}) is ${what}.`)
}

async function rotateKeys(tools: AccountTools, named: string, options: AccountsOptions): Promise<void> {
  const accessKey = await givenKey(options)
  const told = await tools.rotateKeys(named, { accessKey, keepsOld: options.keepOld === true })
  const old = options.keepOld ? 'the newest one before goes on working' : 'those before are refused'
  tell(told, options, `Account ${told.id} (${told.name}) has a new access key; ${old}.`)
}

function tell(
  { id, name, canonicalId, accessKey }: ToldAccount,
  options: AccountsOptions,
  line: string,
): void {
  const { accessKeyId, secretAccessKey } = accessKey
  const isMade = options.accessKeyId === undefined
  const told = { id, name, canonicalId, accessKeyId, ...(isMade && { secretAccessKey }) }
  if (options.json) return say(JSON.stringify(told, undefined, 2))
  say(line)
  say(`canonical id       ${canonicalId}`)
  say(`access key id      ${accessKeyId}`)
  if (isMade) say(`secret access key  ${secretAccessKey}  (shown once)`)
}

/** Throws where half a key is given. The secret comes in a file: all users of a machine see what a command line says. */
async function givenKey({
  accessKeyId,
  secretAccessKeyFile,
}: AccountsOptions): Promise<AccessKey | undefined> {
  if (accessKeyId === undefined && secretAccessKeyFile === undefined) return undefined
  if (accessKeyId === undefined || secretAccessKeyFile === undefined) {
    throw new Error('A key is brought in with both --access-key-id and --secret-access-key-file.')
  }
  return { accessKeyId, secretAccessKey: (await readWholeFile(systemDisk, secretAccessKeyFile)).trim() }
}

async function withAccounts(
  options: StoreOptions,
  mode: 'look' | 'change',
  use: (tools: AccountTools) => Promise<void>,
): Promise<void> {
  // A clock that is waited for keeps no process.
  const letGo = keepAlive()
  try {
    await using tools = await openAccountTools(await storeOf(options), mode)
    await use(tools)
  } catch (error) {
    failed(error, options)
  } finally {
    letGo()
  }
}
