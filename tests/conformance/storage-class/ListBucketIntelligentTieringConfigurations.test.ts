import { ListBucketIntelligentTieringConfigurationsCommand } from '@aws-sdk/client-s3'
import { beforeAll } from 'vitest'
import { AccessRoom } from '../access/access-room.ts'
import { describeConfigurationList } from '../access/configuration-list.suite.ts'
import { TIERING, putTiering } from './tiering-configurations.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

describeConfigurationList(() => room, {
  query: TIERING,
  put: (room, bucket, id) => putTiering(room, bucket, id),
  page: async (client, input) => {
    const page = await client.send(new ListBucketIntelligentTieringConfigurationsCommand(input))
    return { ...page, configurations: page.IntelligentTieringConfigurationList }
  },
  action: 's3:GetIntelligentTieringConfiguration',
})
