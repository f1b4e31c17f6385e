import type { Unzipped } from 'fflate'
import { readJson } from '../../base/read-json.ts'
import { archiveFiles } from './archive-files.ts'

/** Who there is in a MinIO, as `mc admin cluster iam export` tells it. */
export interface MinioIam {
  /** JSON texts by name. */
  readonly policies: ReadonlyMap<string, string>
  readonly users: ReadonlyMap<string, { readonly secretKey: string; readonly isEnabled: boolean }>
  readonly groups: ReadonlyMap<string, { readonly members: readonly string[]; readonly isEnabled: boolean }>
  readonly serviceAccounts: ReadonlyMap<string, MinioServiceAccount>
  /** Names of policies by user, and by group. */
  readonly userPolicies: ReadonlyMap<string, readonly string[]>
  readonly groupPolicies: ReadonlyMap<string, readonly string[]>
  /** Names of those who sign in by a directory or an identity provider, and have policies. */
  readonly external: readonly string[]
}

export interface MinioServiceAccount {
  readonly parent: string
  readonly secretKey: string
  readonly isEnabled: boolean
  /** JSON text: what it may do of what its parent may; absent: all of that. */
  readonly sessionPolicy: string | undefined
  readonly expires: Date | undefined
}

const FOLDER = 'iam-assets/'
const MOST_FILE_BYTES = 256 * 1024 * 1024

/** Reads the archive. Throws an error in words for what is none; none of its secrets is in it. */
export function readIamArchive(bytes: Uint8Array): MinioIam {
  const files = filesOf(bytes)
  const members = (name: string): [string, Members][] =>
    Object.entries(documentOf(files, name)).map(([key, value]) => [key, membersOf(value, `${name}: ${key}`)])
  const users = members('users.json').map(([name, user]) => {
    const secretKey = textIn(user, 'secretKey', `users.json: ${name}`)
    return [name, { secretKey, isEnabled: user['status'] === 'enabled' }] as const
  })
  const groups = members('groups.json').map(([name, group]) => {
    return [name, { members: textsOf(group['members']), isEnabled: group['status'] !== 'disabled' }] as const
  })
  const accounts = members('svcaccts.json').map(
    ([name, account]) => [name, serviceAccountOf(name, account)] as const,
  )
  const mapped = (name: string) =>
    new Map(members(name).map(([of, mapping]) => [of, namesOf(mapping['policy'])]))
  return {
    policies: new Map(members('policies.json').map(([name, policy]) => [name, JSON.stringify(policy)])),
    users: new Map(users),
    groups: new Map(groups),
    serviceAccounts: new Map(accounts),
    userPolicies: mapped('user_mappings.json'),
    groupPolicies: mapped('group_mappings.json'),
    external: members('stsuser_mappings.json').map(([name]) => name),
  }
}

type Members = Readonly<Record<string, unknown>>

function filesOf(bytes: Uint8Array): Unzipped {
  const files = archiveFiles(bytes, (name) => name.startsWith(FOLDER))
  if (Object.keys(files).length > 0) return files
  throw new Error('The archive has no iam-assets/: it is not one of `mc admin cluster iam export`.')
}

/** An archive has only the files that there was something for. */
function documentOf(files: Unzipped, name: string): Members {
  const file = files[`${FOLDER}${name}`]
  if (!file || file.length === 0) return {}
  return membersOf(readJson(file, { mostLength: MOST_FILE_BYTES }), name)
}

function membersOf(value: unknown, where: string): Members {
  if (value === null || value === undefined) return {}
  if (typeof value === 'object' && !Array.isArray(value)) return value as Members
  throw new Error(`The archive is not as MinIO makes it: ${where} is no object.`)
}

function textIn(members: Members, name: string, where: string): string {
  const value = members[name]
  if (typeof value === 'string') return value
  throw new Error(`The archive is not as MinIO makes it: ${where} has no ${name}.`)
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

/** `readwrite,photos-read` */
function namesOf(value: unknown): string[] {
  return typeof value === 'string' ? value.split(',').flatMap((name) => name.trim() || []) : []
}

function serviceAccountOf(name: string, account: Members): MinioServiceAccount {
  const where = `svcaccts.json: ${name}`
  const policy = account['sessionPolicy']
  const expiration = account['expiration']
  const expires = typeof expiration === 'string' ? new Date(expiration) : undefined
  return {
    parent: textIn(account, 'parent', where),
    secretKey: textIn(account, 'secretKey', where),
    isEnabled: account['status'] !== 'off',
    sessionPolicy: policy === null || policy === undefined ? undefined : JSON.stringify(policy),
    // The beginning of time stands for none.
    expires: expires && expires.getTime() > 0 ? expires : undefined,
  }
}
