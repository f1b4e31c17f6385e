import { defineOperation } from '../operation.ts'
import { outboxBacklogs } from '../outbox-backlog.ts'

/** What each destination of events has yet to be told. */
export const ListEventBacklogs = defineOperation('ListEventBacklogs', {
  path: '/-/events',
  isOfServer: true,
  async handle({ service }) {
    return { backlogs: await outboxBacklogs(service, service.eventDestinations) }
  },
})
