import { ConfigError } from './config-error.ts'

/** Why a website cannot have a host, where S3 is at that host already: the name of a domain, or of a bucket in it. */
export function claimOf(host: string, domains: readonly string[]): string | undefined {
  const domain = domains.find((name) => host === name || host.endsWith(`.${name}`))
  if (domain === undefined) return undefined
  const what = host === domain ? 'S3 itself' : `the bucket ${host.slice(0, -domain.length - 1)}`
  return `the domain ${domain} makes this host the address of ${what}; give the website another`
}

/** Throws `ConfigError` where a domain of the command line claims a host of the config's websites. */
export function assertOwnHosts(websites: Readonly<Record<string, string>>, domains: readonly string[]): void {
  const problems = Object.keys(websites).flatMap((host) => {
    const message = claimOf(host, domains)
    return message === undefined ? [] : [{ path: `--domain, and websites.${host}`, message }]
  })
  if (problems.length > 0) throw new ConfigError('The command line', problems)
}
