import { contentOf } from '../../support/content.ts'
import type { RawAnswer } from '../../support/raw-request.ts'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import { expectStatus, TimeRoom, type TimeRoomOptions } from '../../support/time-room.ts'

/** The least size whose access is monitored. */
export const MONITORED_BYTES = 128 * 1024

const HOUR_MILLISECONDS = 60 * 60 * 1000

/** A room whose objects of INTELLIGENT_TIERING change their tiers as its clock goes on. */
export class TierRoom extends TimeRoom {
  static override async open(options: TimeRoomOptions = {}): Promise<TierRoom> {
    await using stack = new AsyncDisposableStack()
    const room = stack.use(await TimeRoom.open(options))
    room.server.clock.set(new Date('2030-06-01T12:00:00Z'))
    stack.move()
    return new TierRoom(room.server)
  }

  putTiered(key: string, sizeBytes = MONITORED_BYTES, headers: Record<string, string> = {}): Promise<string> {
    return this.put(key, contentOf(key, sizeBytes), {
      'x-amz-storage-class': 'INTELLIGENT_TIERING',
      ...headers,
    })
  }

  /** Objects that the filter takes go into each tier after so many days. */
  async setTiering(
    tiers: Readonly<Record<string, number>>,
    { filter = '', status = 'Enabled', id = 'one' } = {},
  ): Promise<void> {
    const tierings = Object.entries(tiers).map(
      ([tier, days]) => `<Tiering><Days>${days}</Days><AccessTier>${tier}</AccessTier></Tiering>`,
    )
    const body = `<IntelligentTieringConfiguration><Id>${id}</Id>${filter}<Status>${status}</Status>${tierings.join('')}</IntelligentTieringConfiguration>`
    expectStatus(await this.putDocument('', `intelligent-tiering=&id=${id}`, body))
  }

  /** So many days later, after the workers' passes. */
  async afterDays(days: number): Promise<void> {
    this.advanceDays(days)
    await this.server.settle()
  }

  advanceHours(hours: number): void {
    this.server.clock.advance(hours * HOUR_MILLISECONDS)
  }

  restore(key: string, inner = '', query = 'restore='): Promise<RawAnswer> {
    const body = `<RestoreRequest xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner}</RestoreRequest>`
    return this.request('POST', key, {
      query,
      body,
      headers: { 'content-md5': referenceChecksum('MD5', body) },
    })
  }

  /** What HEAD says of archive and restoration. */
  async archiveStatus(key: string, query = ''): Promise<unknown[]> {
    const { headers } = await this.request('HEAD', key, { query })
    return [headers['x-amz-archive-status'], headers['x-amz-restore']]
  }
}

export function speed(tier: string): string {
  return `<GlacierJobParameters><Tier>${tier}</Tier></GlacierJobParameters>`
}
