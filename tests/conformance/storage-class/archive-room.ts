import type { RawAnswer } from '../../support/raw-request.ts'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import { TimeRoom } from '../../support/time-room.ts'

const HOUR_MILLISECONDS = 60 * 60 * 1000

/** A room with versioning that archives objects and asks for them again. */
export class ArchiveRoom extends TimeRoom {
  static override async open(): Promise<ArchiveRoom> {
    const { server } = await TimeRoom.open({ versioning: true })
    server.clock.set(new Date('2030-06-01T10:00:00Z'))
    return new ArchiveRoom(server)
  }

  putArchived(key: string, storageClass = 'GLACIER'): Promise<string> {
    return this.put(key, key, { 'x-amz-storage-class': storageClass })
  }

  restore(key: string, days: number, tier?: string, version?: string): Promise<RawAnswer> {
    const job = tier === undefined ? '' : `<GlacierJobParameters><Tier>${tier}</Tier></GlacierJobParameters>`
    return this.restoreBy(key, `<RestoreRequest><Days>${days}</Days>${job}</RestoreRequest>`, version)
  }

  restoreBy(key: string, body: string, version?: string): Promise<RawAnswer> {
    return this.request('POST', key, {
      query: `restore=${version === undefined ? '' : `&versionId=${version}`}`,
      body,
      headers: { 'content-md5': referenceChecksum('MD5', body) },
    })
  }

  advanceHours(hours: number): void {
    this.server.clock.advance(hours * HOUR_MILLISECONDS)
  }

  async shown(key: string): Promise<unknown> {
    return (await this.request('HEAD', key)).headers['x-amz-restore']
  }
}
