import { outboxDestinations } from '../../background/events/outbox-destinations.ts'
import { isReplicationQueue, REPLICATION } from '../../s3/shared/replicating/replication-queues.ts'
import { defineOperation } from '../operation.ts'
import { outboxBacklogs } from '../outbox-backlog.ts'

/** What waits to be replicated: to buckets of this server, and to each bucket elsewhere that something waits for. */
export const ListReplicationBacklogs = defineOperation('ListReplicationBacklogs', {
  path: '/-/replication',
  isOfServer: true,
  async handle({ service }) {
    const queues = new Set([REPLICATION])
    for await (const destination of outboxDestinations(service.stores.metadata))
      if (isReplicationQueue(destination)) queues.add(destination)
    return { backlogs: await outboxBacklogs(service, queues) }
  },
})
