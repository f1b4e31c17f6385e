import { readBrokerPassword } from '../config/broker-access.ts'
import type { RedisConfig } from '../config/redis-config.ts'
import { readCertificateAuthority } from '../config/remote-credentials.ts'
import type { EventSender } from '../s3/shared/announcing/event-sender.ts'
import { BrokerSender } from './broker-sender.ts'
import type { OpeningDestination } from './opening-destination.ts'
import { connectToRedis } from './redis-connection.ts'

/** A stream or a list. */
export async function openRedis(
  redis: RedisConfig,
  { setting, dataDirectory, disk, resources }: OpeningDestination,
): Promise<EventSender> {
  const certificateAuthority = await readCertificateAuthority(disk, { setting, access: redis }, dataDirectory)
  const options = {
    address: redis.address,
    database: redis.database,
    user: redis.user,
    password: await readBrokerPassword({ disk, setting, dataDirectory }, redis),
    tls: redis.tls ? { certificateAuthority } : undefined,
    command: commandOf(redis),
  }
  return resources.use(new BrokerSender((signal) => connectToRedis(options, signal)))
}

/** What adds a message, which comes as its last word. */
export function commandOf({ stream, mostEntries, list }: RedisConfig): readonly string[] {
  if (stream === undefined) return ['RPUSH', list ?? '']
  const bounds = mostEntries === undefined ? [] : ['MAXLEN', '~', String(mostEntries)]
  return ['XADD', stream, ...bounds, '*', 'message']
}
