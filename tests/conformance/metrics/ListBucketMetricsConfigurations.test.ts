import { ListBucketMetricsConfigurationsCommand } from '@aws-sdk/client-s3'
import { beforeAll } from 'vitest'
import { AccessRoom } from '../access/access-room.ts'
import { describeConfigurationList } from '../access/configuration-list.suite.ts'
import { METRICS, putMetrics } from './metrics-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

describeConfigurationList(() => room, {
  query: METRICS,
  put: (room, bucket, id) => putMetrics(room, bucket, id),
  page: async (client, input) => {
    const page = await client.send(new ListBucketMetricsConfigurationsCommand(input))
    return { ...page, configurations: page.MetricsConfigurationList }
  },
  action: 's3:GetMetricsConfiguration',
})
