import { resolve } from 'node:path'
import { systemDisk } from '../base/disk.ts'
import { errorCode } from '../base/storage-fault.ts'
import { ConfigError } from '../config/config-error.ts'
import { type Address, addressText, readAddress } from '../config/listen-address.ts'
import { readTokenFile } from '../config/metrics-token.ts'
import type { CertificateList } from '../http/certificates.ts'
import { MetricsEndpoint } from '../http/metrics-endpoint.ts'
import { MetricsServer } from '../http/metrics-server.ts'
import type { MetricsSources } from '../http/server-metrics.ts'
import type { ServerOptions } from '../server-options.ts'

/** Where a server tells its metrics. */
export interface OpenMetrics {
  /** Absent where they have an address of their own. */
  readonly onS3: MetricsEndpoint | undefined
  /** Absent where they have none. */
  readonly own: { readonly server: MetricsServer; readonly address: Address } | undefined
}

/** Throws `ConfigError` where the token that is asked for cannot be had: then nobody is answered. */
export async function openMetrics(
  options: ServerOptions,
  sources: MetricsSources,
  tls: CertificateList | undefined,
): Promise<OpenMetrics> {
  const { address: text } = options.config.metrics
  const address = text === undefined ? undefined : readAddress(text)
  const endpoint = new MetricsEndpoint(sources, await tokenOf(options))
  if (!address) return { onS3: endpoint, own: undefined }
  return { onS3: undefined, own: { server: new MetricsServer(endpoint, tls), address } }
}

/** Of how many buckets metrics tell by name. Where anybody may read them nobody's names are told, unless the config wants it. */
export function meteredBuckets({ config, metricsToken }: ServerOptions): number {
  const { buckets, address, tokenFile } = config.metrics
  const isForAll = address === undefined && tokenFile === undefined && metricsToken === undefined
  return buckets ?? (isForAll ? 0 : 100)
}

async function tokenOf(options: ServerOptions): Promise<string | undefined> {
  const { config, dataDirectory = '.', disk = systemDisk, metricsToken } = options
  const { tokenFile } = config.metrics
  if (tokenFile === undefined) return metricsToken
  if (metricsToken === undefined) return readTokenFile(disk, resolve(dataDirectory, tokenFile))
  const message = 'is there beside HOLDFAST_METRICS_TOKEN; give one of them'
  throw new ConfigError('The config', [{ path: 'metrics.tokenFile', message }])
}

/** Resolves to the URL of the metrics, or throws a `ConfigError` that says why the address is none. */
export async function listenForMetrics(
  { server, address }: NonNullable<OpenMetrics['own']>,
  scheme: string,
): Promise<string> {
  const port = await server.listen(address).catch((cause: unknown) => {
    const code = errorCode(cause)
    const reason = code === 'EADDRINUSE' ? 'is in use by another program' : `cannot be listened on (${code})`
    const message = `${addressText(address)} ${reason}`
    throw new ConfigError('The config', [{ path: 'metrics.address', message }], { cause })
  })
  return `${scheme}://${addressText({ ...address, port })}/-/metrics`
}
