import { defineOperation } from '../operation.ts'

/** The background workers of all processes that share the store, and how far they are. */
export const ListWorkers = defineOperation('ListWorkers', {
  path: '/-/workers',
  isOfServer: true,
  async handle({ service }) {
    return { workers: await service.workers() }
  },
})
