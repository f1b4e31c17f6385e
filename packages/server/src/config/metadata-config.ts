/** Where the rows are kept that say what is stored. */
export type MetadataConfig = { readonly engine: 'lmdb' } | PostgresqlConfig

/** A database that any number of servers share. */
export interface PostgresqlConfig {
  readonly engine: 'postgresql'
  /** `postgresql://USER@HOST:PORT/DATABASE`, without a password; of several servers of one cluster the one that is no standby is taken. */
  readonly url: string | readonly string[]
  /** Connections of each process. Default: 4. */
  readonly poolSize?: number | undefined
  /** Its content is the password, read anew for each connection; a relative path lies in the data folder. Default: `HOLDFAST_METADATA_PASSWORD`. */
  readonly passwordFile?: string | undefined
  /** Default: certificates are checked, but on a socket of this machine, which needs none. */
  readonly tls?: false | PostgresqlTls | undefined
}

/** Files; relative ones lie in the data folder. */
export interface PostgresqlTls {
  /** Who the server's certificate has to be from. Default: those whom the system trusts. */
  readonly caFile?: string | undefined
  readonly certificateFile?: string | undefined
  readonly keyFile?: string | undefined
}

/** One server of a database, as its URL tells. */
export interface DatabaseAddress {
  /** A host, or the folder of a socket. */
  readonly host: string
  readonly port: number
  readonly user: string
  readonly database: string
}

const DEFAULT_PORT = 5432

/** `undefined` for what is no such URL, or holds more than it should, as a password. */
export function readDatabaseUrl(text: string): DatabaseAddress | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^postgres(ql)?:$/.test(url.protocol)) return undefined
  if (url.password || url.search || url.hash) return undefined
  const [host, user, database] = [url.hostname, url.username, url.pathname.slice(1)].map(decodeURIComponent)
  if (!host || !user || !database || database.includes('/')) return undefined
  return {
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    user,
    database,
  }
}

/** `HOLDFAST_METADATA_PASSWORD`; an empty variable counts as absent. */
export function metadataPasswordOfEnvironment(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  return variables['HOLDFAST_METADATA_PASSWORD'] || undefined
}
