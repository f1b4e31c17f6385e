import { ListBucketAnalyticsConfigurationsCommand } from '@aws-sdk/client-s3'
import { beforeAll } from 'vitest'
import { AccessRoom } from '../access/access-room.ts'
import { describeConfigurationList } from '../access/configuration-list.suite.ts'
import { ANALYTICS, putAnalytics } from './analytics-documents.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

describeConfigurationList(() => room, {
  query: ANALYTICS,
  put: (room, bucket, id) => putAnalytics(room, bucket, id),
  page: async (client, input) => {
    const page = await client.send(new ListBucketAnalyticsConfigurationsCommand(input))
    return { ...page, configurations: page.AnalyticsConfigurationList }
  },
  action: 's3:GetAnalyticsConfiguration',
})
