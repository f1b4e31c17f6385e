import { resolve } from 'node:path'
import type { Clock } from '../base/clock.ts'
import { CorrectedClock } from '../base/corrected-clock.ts'
import type { Disk } from '../base/disk.ts'
import type { Random } from '../base/random.ts'
import { ConfigError } from '../config/config-error.ts'
import {
  metadataPasswordOfEnvironment,
  type PostgresqlConfig,
  type PostgresqlTls,
  readDatabaseUrl,
} from '../config/metadata-config.ts'
import { readNamedFile } from '../config/named-file.ts'
import type { PostgresqlMetadata } from '../metadata/engines/postgresql/postgresql.ts'

interface Engines {
  readonly dataDirectory: string
  readonly disk: Disk
  readonly random: Random
  /** Is corrected by the database's where it can be. Absent: what it says is not held against that. */
  readonly clock?: Clock | undefined
}

/** Opens the metadata that a config has in a database. Its client is loaded only where it is used. */
export async function openDatabase(config: PostgresqlConfig, engines: Engines): Promise<PostgresqlMetadata> {
  const { openPostgresql } = await import('../metadata/engines/postgresql/postgresql.ts')
  const { url, poolSize } = config
  const tls = config.tls === false ? undefined : await filesOf(config.tls ?? {}, engines)
  const servers = [url].flat().map((text) => {
    const address = readDatabaseUrl(text)
    if (!address) throw new ConfigError('The config', [{ path: 'metadata.url', message: 'is no such URL' }])
    const isEncrypted = tls && (config.tls !== undefined || !isOfThisMachine(address.host))
    return { ...address, password: () => passwordOf(config, engines), ...(isEncrypted && { tls }) }
  })
  const { random, clock: given } = engines
  const clock = !given || given instanceof CorrectedClock ? given : new CorrectedClock(given)
  return openPostgresql({ servers, random, clock, ...(poolSize !== undefined && { poolSize }) })
}

function isOfThisMachine(host: string): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host)
}

async function passwordOf({ passwordFile }: PostgresqlConfig, engines: Engines): Promise<string> {
  if (passwordFile === undefined) return metadataPasswordOfEnvironment() ?? ''
  return (await readNamed('metadata.passwordFile', passwordFile, engines)).trim()
}

async function filesOf(
  { caFile, certificateFile, keyFile }: PostgresqlTls,
  engines: Engines,
): Promise<{ readonly ca?: string; readonly cert?: string; readonly key?: string }> {
  const read = async (name: string, path: string | undefined): Promise<string | undefined> =>
    path === undefined ? undefined : readNamed(`metadata.tls.${name}`, path, engines)
  const [ca, cert, key] = await Promise.all([
    read('caFile', caFile),
    read('certificateFile', certificateFile),
    read('keyFile', keyFile),
  ])
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  }
}

function readNamed(setting: string, file: string, { disk, dataDirectory }: Engines): Promise<string> {
  return readNamedFile(disk, setting, resolve(dataDirectory, file))
}
