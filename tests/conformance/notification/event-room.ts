import type { TestServer } from 'holdfast'
import { startTestServer } from '../../support/server.ts'
import { expectStatus, type TimeRoomOptions } from '../../support/time-room.ts'
import { LifecycleRoom } from '../lifecycle/lifecycle-room.ts'
import {
  BRIDGE,
  BRIDGE_XML,
  Destinations,
  type EventRecord,
  notificationXml,
  QUEUE,
  ruleXml,
  withDestinations,
} from './notification-room.ts'

/** Every type that can happen here. */
export const EVERYTHING = [
  's3:ObjectCreated:*',
  's3:ObjectRemoved:*',
  's3:ObjectRestore:*',
  's3:ObjectTagging:*',
  's3:ObjectAnnotation:*',
  's3:ObjectAcl:Put',
  's3:ObjectRetention:Put',
  's3:LifecycleExpiration:*',
  's3:LifecycleTransition',
  's3:IntelligentTiering',
]

/** A bucket that tells a queue and EventBridge of everything, on a clock that tests move. */
export class EventRoom extends LifecycleRoom {
  readonly destinations: Destinations

  private constructor(server: TestServer, destinations: Destinations) {
    super(server)
    this.destinations = destinations
  }

  static async tellingAll(options: TimeRoomOptions = {}): Promise<EventRoom> {
    const destinations = new Destinations()
    const newBuckets = { objectOwnership: 'ObjectWriter', blockPublicAccess: false } as const
    const settings = { newBuckets, ...withDestinations(destinations), ...options }
    const room = new EventRoom((await LifecycleRoom.open(settings)).server, destinations)
    await room.tell(notificationXml(ruleXml({ id: 'everything', events: EVERYTHING }), BRIDGE_XML))
    return room
  }

  /** A server on a data folder that another one has left. */
  static async again(options: TimeRoomOptions): Promise<EventRoom> {
    const destinations = new Destinations()
    return new EventRoom(
      await startTestServer({ ...withDestinations(destinations), ...options }),
      destinations,
    )
  }

  async tell(document: string): Promise<void> {
    expectStatus(await this.putDocument('', 'notification=', document))
  }

  /** What the queue was told since the last time. */
  async records(): Promise<EventRecord[]> {
    await this.server.settle()
    return this.destinations.records(QUEUE)
  }

  async names(): Promise<string[]> {
    return (await this.records()).map(({ eventName }) => eventName)
  }

  /** What EventBridge was told since the last time. */
  async bridged(): Promise<Record<string, unknown>[]> {
    await this.server.settle()
    return this.destinations.take(BRIDGE)
  }
}
