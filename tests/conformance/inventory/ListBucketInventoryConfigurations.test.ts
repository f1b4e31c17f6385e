import { ListBucketInventoryConfigurationsCommand } from '@aws-sdk/client-s3'
import { beforeAll } from 'vitest'
import { AccessRoom } from '../access/access-room.ts'
import { describeConfigurationList } from '../access/configuration-list.suite.ts'
import { INVENTORY, putInventory } from './inventory-documents.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

describeConfigurationList(() => room, {
  query: INVENTORY,
  put: (room, bucket, id) => putInventory(room, bucket, id),
  page: async (client, input) => {
    const page = await client.send(new ListBucketInventoryConfigurationsCommand(input))
    return { ...page, configurations: page.InventoryConfigurationList }
  },
  action: 's3:GetInventoryConfiguration',
})
