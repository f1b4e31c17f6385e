import type { RawAnswer } from '../../support/raw-request.ts'
import { expectStatus, TimeRoom, type TimeRoomOptions } from '../../support/time-room.ts'

/** A rule as XML; `inner` is its filter and actions. */
export function rule(inner: string, id = 'the-rule', status = 'Enabled'): string {
  return `<Rule><ID>${id}</ID><Status>${status}</Status>${inner}</Rule>`
}

export function lifecycleDocument(...rules: readonly string[]): string {
  return `<LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${rules.join('')}</LifecycleConfiguration>`
}

export const ALL = '<Filter><Prefix></Prefix></Filter>'

export function expiration(days: number): string {
  return `<Expiration><Days>${days}</Days></Expiration>`
}

export function noncurrentExpiration(days: number, newer?: number): string {
  const kept = newer === undefined ? '' : `<NewerNoncurrentVersions>${newer}</NewerNoncurrentVersions>`
  return `<NoncurrentVersionExpiration><NoncurrentDays>${days}</NoncurrentDays>${kept}</NoncurrentVersionExpiration>`
}

/** A room whose rules the worker carries out when the tests say so. */
export class LifecycleRoom extends TimeRoom {
  static override async open(options: TimeRoomOptions = {}): Promise<LifecycleRoom> {
    await using stack = new AsyncDisposableStack()
    const room = stack.use(await TimeRoom.open(options))
    // Noon, so that a little time more or less makes no other day.
    room.server.clock.set(new Date('2030-06-01T12:00:00Z'))
    stack.move()
    return new LifecycleRoom(room.server)
  }

  putLifecycle(...rules: readonly string[]): Promise<RawAnswer> {
    return this.putDocument('', 'lifecycle=', lifecycleDocument(...rules))
  }

  /** The rules from now on; they have to be taken. */
  async setLifecycle(...rules: readonly string[]): Promise<void> {
    expectStatus(await this.putLifecycle(...rules))
  }

  /** So many days later, after the worker's pass. */
  async afterDays(days: number): Promise<void> {
    this.advanceDays(days)
    await this.server.settle()
  }

  async at(time: string): Promise<void> {
    this.server.clock.set(new Date(time))
    await this.server.settle()
  }

  /** How many versions of a key there are, and how many of them are delete markers. */
  async counts(key: string): Promise<{ versions: number; markers: number }> {
    const found = (await this.versions()).filter((version) => version.key === key)
    const markers = found.filter(({ isMarker }) => isMarker).length
    return { versions: found.length - markers, markers }
  }
}
