import { canonicalIdOf } from './config.ts'
import type { ConfigProblem } from './config-error.ts'
import { items, member, stringAt } from './members.ts'

/**
 * Account ids, canonical ids, e-mail addresses, access key ids, ids of keys, ARNs of destinations, domains and names of
 * buckets that occur
 * twice, each with both paths. Takes any JSON, so that doubles are listed together with the mistakes of shape.
 */
export function findDoubles(config: unknown): ConfigProblem[] {
  const doubles = new Doubles()
  for (const [index, account] of items(config, 'accounts').entries()) {
    const path = `accounts[${index}]`
    const id = stringAt(account, 'id')
    const idIsNew = doubles.see('account id', id, `${path}.id`)
    // A derived canonical id repeats when its account id does: one mistake, said once.
    const derived = id !== undefined && idIsNew ? canonicalIdOf(id) : undefined
    doubles.see('canonical id', stringAt(account, 'canonicalId') ?? derived, `${path}.canonicalId`)
    doubles.see('e-mail address', stringAt(account, 'email')?.toLowerCase(), `${path}.email`)
    for (const [keyIndex, key] of items(account, 'accessKeys').entries()) {
      const keyPath = `${path}.accessKeys[${keyIndex}].accessKeyId`
      doubles.see('access key id', stringAt(key, 'accessKeyId'), keyPath)
    }
    for (const [deviceIndex, device] of items(account, 'mfaDevices').entries()) {
      const devicePath = `${path}.mfaDevices[${deviceIndex}].serialNumber`
      doubles.see('serial number', stringAt(device, 'serialNumber'), devicePath)
    }
  }
  for (const [index, key] of items(config, 'kmsKeys').entries()) {
    doubles.see('key id', stringAt(key, 'keyId'), `kmsKeys[${index}].keyId`)
  }
  for (const [index, destination] of items(member(config, 'notifications'), 'destinations').entries()) {
    doubles.see('ARN', stringAt(destination, 'arn'), `notifications.destinations[${index}].arn`)
  }
  for (const [index, destination] of items(member(config, 'replication'), 'destinations').entries()) {
    doubles.see('ARN', stringAt(destination, 'arn'), `replication.destinations[${index}].arn`)
  }
  for (const [index, domain] of items(config, 'domains').entries()) {
    doubles.see('domain', typeof domain === 'string' ? domain : undefined, `domains[${index}]`)
  }
  for (const [index, bucket] of items(config, 'buckets').entries()) {
    const path = `buckets[${index}]`
    const name = typeof bucket === 'string' ? bucket : stringAt(bucket, 'name')
    doubles.see('name', name, typeof bucket === 'string' ? path : `${path}.name`)
  }
  return doubles.problems
}

class Doubles {
  readonly problems: ConfigProblem[] = []
  readonly #firstPaths = new Map<string, string>()

  /** Whether `value` is the first of its kind. */
  see(kind: string, value: string | undefined, path: string): boolean {
    if (value === undefined) return true
    const firstPath = this.#firstPaths.get(`${kind} ${value}`)
    if (firstPath === undefined) {
      this.#firstPaths.set(`${kind} ${value}`, path)
      return true
    }
    this.problems.push({ path, message: `the same ${kind} as ${firstPath}; give each its own` })
    return false
  }
}
