import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { addressText, areSame, readAddress } from '../config/listen-address.ts'
import { consoleAddress, type ServeOptions } from './serve-options.ts'

/**
 * Throws `ConfigError` where two of S3, the console and the metrics are to have one address. Node.js dies of an assertion where a
 * worker that accepts its connections itself listens on one address twice.
 */
export function assertOwnAddresses(
  options: Pick<ServeOptions, 'address' | 'console'>,
  config: Pick<Config, 'console' | 'metrics'>,
): void {
  const { address } = options
  const console = consoleAddress(options, config.console)
  const metrics = config.metrics.address === undefined ? undefined : readAddress(config.metrics.address)
  if (console && areSame(address, console)) {
    const message = `${addressText(console)} is where the console would be, too; choose another port, or say --console HOST:PORT or --no-console`
    throw new ConfigError('The command line', [{ path: '--address', message }])
  }
  const taken =
    metrics && (areSame(metrics, address) ? 'S3' : console && areSame(metrics, console) && 'the console')
  if (!taken) return
  const message = `${addressText(metrics)} is the address of ${taken}; choose another, or leave it out to have them with S3`
  throw new ConfigError('The config', [{ path: 'metrics.address', message }])
}
