import { isFunctionArn } from '../model/function-arn.ts'
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
    ...destinationKinds(config),
  ]
}

function unknownAccounts(config: unknown): ConfigProblem[] {
  const known = new Set(items(config, 'accounts').map((account) => stringAt(account, 'id')))
  return namedAccounts(config)
    .filter(({ id }) => typeof id === 'string' && /^\d{12}$/.test(id) && !known.has(id))
    .map(({ path }) => ({ path, message: 'no account of this config has this id' }))
}

function namedAccounts(config: unknown): { readonly id: unknown; readonly path: string }[] {
  const eventBridge = {
    destination: member(member(config, 'notifications'), 'eventBridge'),
    path: 'notifications.eventBridge',
  }
  return [
    ...items(config, 'buckets').map((bucket, index) => ({
      id: member(bucket, 'account'),
      path: `buckets[${index}].account`,
    })),
    ...items(config, 'kmsKeys').map((key, index) => ({
      id: member(key, 'accountId'),
      path: `kmsKeys[${index}].accountId`,
    })),
    ...[...destinations(config), eventBridge].flatMap(({ destination, path }) =>
      items(destination, 'accounts').map((id, index) => ({ id, path: `${path}.accounts[${index}]` })),
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

/** Whoever is asked by signed requests. */
function signedPlaces(config: unknown): { readonly place: unknown; readonly path: string }[] {
  const elsewhere = items(member(config, 'replication'), 'destinations')
  return [
    ...elsewhere.map((place, index) => ({ place, path: `replication.destinations[${index}]` })),
    ...destinations(config).map(({ destination, path }) => ({
      place: member(destination, 'service'),
      path: `${path}.service`,
    })),
  ]
}

function destinations(config: unknown): { readonly destination: unknown; readonly path: string }[] {
  return items(member(config, 'notifications'), 'destinations').map((destination, index) => ({
    destination,
    path: `notifications.destinations[${index}]`,
  }))
}

function remoteCredentials(config: unknown): ConfigProblem[] {
  return signedPlaces(config).flatMap(({ place, path }) => {
    if (typeof place !== 'object' || place === null) return []
    const ways = WAYS.filter((way) => member(place, way) !== undefined)
    if (ways.length !== 1)
      return [{ path, message: `expected one of ${WAYS.join(', ')}, to say who signs; found ${ways.length}` }]
    if (member(place, 'profile') === undefined || ways[0] === 'credentialsFile') return []
    return [{ path: `${path}.profile`, message: 'is one of a credentialsFile, and there is none' }]
  })
}

const KINDS = ['url', 'service', 'amqp', 'kafka', 'nats', 'redis']
/** What says more of a webhook. */
const OF_WEBHOOKS = ['authorization', 'privateAddresses']

function destinationKinds(config: unknown): ConfigProblem[] {
  return destinations(config).flatMap(({ destination, path }) => {
    if (typeof destination !== 'object' || destination === null) return []
    const kinds = KINDS.filter((kind) => member(destination, kind) !== undefined)
    if (kinds.length !== 1)
      return [
        { path, message: `expected one of ${KINDS.join(', ')}, to say where it is; found ${kinds.length}` },
      ]
    if (
      member(destination, 'concurrency') !== undefined &&
      !isFunctionArn(stringAt(destination, 'arn') ?? '')
    )
      return [{ path: `${path}.concurrency`, message: 'is of a function, and the ARN is none' }]
    if (kinds[0] === 'url') return []
    const stray = OF_WEBHOOKS.filter((name) => member(destination, name) !== undefined)
    return stray.map((name) => ({ path: `${path}.${name}`, message: 'is of a url, and there is none' }))
  })
}
