import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../base/seeded-random.ts'
import { eventBridgeMessage } from './event-bridge-message.ts'
import type { EventName } from './event-names.ts'
import { eventRecord, type Happening } from './event-record.ts'
import type { ObjectEvent } from './object-event.ts'

function happening(name: EventName, event: Partial<ObjectEvent> = {}): Happening {
  return {
    event: { name, key: 'k', cause: 's3', ...event },
    author: {
      principalId: 'me',
      requester: '100000000001',
      sourceAddress: '192.0.2.1',
      requestId: 'REQUEST',
      hostId: 'host',
    },
    time: new Date('2030-01-02T03:04:05.678Z'),
    region: 'us-east-1',
    bucketName: 'bucket',
    bucketOwnerId: '100000000002',
    sequencer: '00FF',
  }
}

function recordOf(...given: Parameters<typeof happening>): Record<string, unknown> {
  const { Records } = JSON.parse(eventRecord(happening(...given), 'id')) as {
    Records: Record<string, unknown>[]
  }
  return Records[0] ?? {}
}

function bridgedOf(...given: Parameters<typeof happening>): unknown {
  const text = eventBridgeMessage(happening(...given), seededRandom('bridge'))
  return text === undefined ? undefined : JSON.parse(text)
}

describe('the record', () => {
  it.each<[EventName, string, boolean]>([
    ['ObjectCreated:Put', '2.5', true],
    ['ObjectRemoved:DeleteMarkerCreated', '2.5', true],
    ['ObjectRestore:Post', '2.5', false],
    ['ObjectRestore:Completed', '2.5', false],
    ['ObjectRestore:Delete', '2.5', false],
    ['LifecycleExpiration:Delete', '2.5', true],
    ['LifecycleTransition', '2.5', false],
    ['ObjectTagging:Put', '2.5', false],
    ['ObjectAcl:Put', '2.5', false],
  ])('of %s has version %s, and a sequencer: %s', (name, version, hasSequencer) => {
    const { eventVersion, eventName, eventTime, s3 } = recordOf(name)
    expect([eventVersion, eventName, eventTime]).toEqual([version, name, '2030-01-02T03:04:05.678Z'])
    const { object } = s3 as { object: object }
    expect('sequencer' in object).toBe(hasSequencer)
  })

  it('has what only some events have, and else has not', () => {
    const restoredUntil = new Date('2030-02-01')
    expect(recordOf('ObjectRestore:Completed', { restoredUntil, restoredClass: 'GLACIER' })).toMatchObject({
      glacierEventData: {
        restoreEventData: {
          lifecycleRestorationExpiryTime: '2030-02-01T00:00:00.000Z',
          lifecycleRestoreStorageClass: 'GLACIER',
        },
      },
    })
    const plain = recordOf('ObjectRestore:Post', { restoredClass: 'GLACIER' })
    expect(plain).not.toHaveProperty('glacierEventData')
    expect(plain).not.toHaveProperty('lifecycleEventData')
  })
})

describe('the message for EventBridge', () => {
  it.each<[EventName, string]>([
    ['LifecycleTransition', 'Object Storage Class Changed'],
    ['ObjectAcl:Put', 'Object ACL Updated'],
    ['ObjectCreated:Copy', 'Object Created'],
    ['ObjectRemoved:Delete', 'Object Deleted'],
    ['ObjectRestore:Delete', 'Object Restore Expired'],
    ['ObjectTagging:Delete', 'Object Tags Deleted'],
  ])('%s is %s', (name, detailType) => {
    const account = '100000000002'
    expect(bridgedOf(name)).toMatchObject({
      'detail-type': detailType,
      account,
      time: '2030-01-02T03:04:05Z',
      detail: { version: '0', 'event-version': '1.1' },
    })
  })

  it('there is none of a retention', () => {
    expect(bridgedOf('ObjectRetention:Put')).toBeUndefined()
  })
})
