import { join } from 'node:path'
import { systemClock } from '../base/clock.ts'
import { type Disk, systemDisk } from '../base/disk.ts'
import { keepAlive } from '../base/keep-alive.ts'
import { PacedDisk } from '../base/paced-disk.ts'
import { systemRandom } from '../base/random.ts'
import { readEndpoint, readSourceCredentials } from '../config/source-credentials.ts'
import { HttpClient } from '../http/http-client.ts'
import { Bandwidth } from '../import/bandwidth.ts'
import { S3Source } from '../import/s3-source.ts'
import { ObjectDisk } from '../object-disk/object-disk.ts'

/** Where a backup is: a folder, or a prefix of a bucket. */
export interface BackupPlace extends Disposable {
  readonly disk: Disk
  readonly directory: string
  readonly isFolder: boolean
}

/** How a bucket elsewhere is asked. */
export interface EndpointOptions {
  readonly endpoint?: string
  readonly region?: string
  readonly profile?: string
  readonly insecure?: true
}

const BUCKET_ADDRESS = /^s3:\/\/([^/]+)(?:\/(.*?))?\/*$/
const CONNECTIONS = 32
/** A connection on which nothing moves for so long is given up. */
const IDLE_MILLISECONDS = 60_000

/** `s3://bucket/prefix`, or a folder. Throws `ConfigError` where it is not known who signs. */
export async function openBackupPlace(address: string, options: EndpointOptions): Promise<BackupPlace> {
  const [, bucket, prefix = ''] = BUCKET_ADDRESS.exec(address) ?? []
  if (bucket !== undefined) return openBucket(bucket, prefix, options)
  if (/^[a-z0-9]+:\/\//i.test(address))
    throw new Error(`${address} is no place for a backup. Name a folder, or s3://BUCKET/PREFIX.`)
  return { disk: systemDisk, directory: address, isFolder: true, [Symbol.dispose]() {} }
}

/** The same place, into which no more than so many bytes a second are written; disposing of it disposes of that. */
export function pacedPlace(place: BackupPlace, bytesPerSecond: number): BackupPlace {
  const bandwidth = new Bandwidth(systemClock, bytesPerSecond)
  const letGo = keepAlive()
  return {
    ...place,
    disk: new PacedDisk(place.disk, (bytes) => bandwidth.take(bytes)),
    [Symbol.dispose]() {
      place[Symbol.dispose]()
      letGo()
    },
  }
}

async function openBucket(bucket: string, prefix: string, options: EndpointOptions): Promise<BackupPlace> {
  const credentials = await readSourceCredentials(systemDisk, options)
  const origin = readEndpoint({ ...options, region: credentials.region })
  const letGo = keepAlive()
  const client = new HttpClient({
    origin,
    mostConnections: CONNECTIONS,
    isInsecure: options.insecure === true,
    idleMilliseconds: IDLE_MILLISECONDS,
  })
  const engines = { clock: systemClock, random: systemRandom }
  const endpoint = new S3Source({ client, origin, ...credentials, ...engines })
  // Paths are joined as those of folders, where two slashes are one.
  const directory = join('s3:', bucket, prefix)
  const disk = new ObjectDisk({
    endpoint,
    origin: origin.origin,
    bucket,
    prefix: directory === join('s3:', bucket) ? '' : `${directory.slice(join('s3:', bucket).length + 1)}/`,
    root: directory,
    ...engines,
  })
  return {
    disk,
    directory,
    isFolder: false,
    [Symbol.dispose]() {
      client[Symbol.dispose]()
      letGo()
    },
  }
}
