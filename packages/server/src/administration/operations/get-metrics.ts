import { defineOperation } from '../operation.ts'

/** What `/-/metrics` tells, of all processes of the server. */
export const GetMetrics = defineOperation('GetMetrics', {
  path: '/-/metrics.json',
  isOfServer: true,
  async handle({ service }) {
    return { time: service.clock.now().toISOString(), families: await service.metrics() }
  },
})
