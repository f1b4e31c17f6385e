import type { ConfigProblem } from './config-error.ts'
import { items, member, stringAt } from './members.ts'
import { claimOf } from './shared-hosts.ts'

/**
 * What each setting allows and all together do not: accounts that nobody has, hosts that two settings claim, settings that
 * would do nothing. Takes any JSON, so that all mistakes are listed together.
 */
export function findContradictions(config: unknown): ConfigProblem[] {
  return [
    ...unknownAccounts(config),
    ...sharedHosts(config),
    ...idleTesting(config),
    ...remoteCredentials(config),
  ]
}

function unknownAccounts(config: unknown): ConfigProblem[] {
  const known = new Set(items(config, 'accounts').map((account) => stringAt(account, 'id')))
  return namedAccounts(config)
    .filter(({ id }) => typeof id === 'string' && /^\d{12}$/.test(id) && !known.has(id))
    .map(({ path }) => ({ path, message: 'no account of this config has this id' }))
}

function namedAccounts(config: unknown): { readonly id: unknown; readonly path: string }[] {
  const notifications = member(config, 'notifications')
  const webhooks = items(notifications, 'destinations').map(
    (destination, index) => [destination, `notifications.destinations[${index}]`] as const,
  )
  const eventBridge = [member(notifications, 'eventBridge'), 'notifications.eventBridge'] as const
  return [
    ...items(config, 'buckets').map((bucket, index) => ({
      id: member(bucket, 'account'),
      path: `buckets[${index}].account`,
    })),
    ...items(config, 'kmsKeys').map((key, index) => ({
      id: member(key, 'accountId'),
      path: `kmsKeys[${index}].accountId`,
    })),
    ...[...webhooks, eventBridge].flatMap(([webhook, path]) =>
      items(webhook, 'accounts').map((id, index) => ({ id, path: `${path}.accounts[${index}]` })),
    ),
  ]
}

function sharedHosts(config: unknown): ConfigProblem[] {
  const domains = items(config, 'domains').filter((domain) => typeof domain === 'string')
  const websites = member(config, 'websites')
  if (typeof websites !== 'object' || websites === null) return []
  return Object.keys(websites).flatMap((host) => {
    const message = claimOf(host, domains)
    return message === undefined ? [] : [{ path: `websites.${host}`, message }]
  })
}

function idleTesting(config: unknown): ConfigProblem[] {
  const testing = member(config, 'testing')
  if (typeof testing !== 'object' || testing === null || member(testing, 'enabled') !== undefined) return []
  const message = 'is missing, so that nothing else here has an effect; write true or false'
  return [{ path: 'testing.enabled', message }]
}

const WAYS = ['accessKey', 'credentialsFile', 'environment']

function remoteCredentials(config: unknown): ConfigProblem[] {
  return items(member(config, 'replication'), 'destinations').flatMap((destination, index) => {
    if (typeof destination !== 'object' || destination === null) return []
    const path = `replication.destinations[${index}]`
    const ways = WAYS.filter((way) => member(destination, way) !== undefined)
    if (ways.length !== 1)
      return [{ path, message: `expected one of ${WAYS.join(', ')}, to say who signs; found ${ways.length}` }]
    if (member(destination, 'profile') === undefined || ways[0] === 'credentialsFile') return []
    return [{ path: `${path}.profile`, message: 'is one of a credentialsFile, and there is none' }]
  })
}
