import { readUsageHistory } from '../../metadata/read-usage-history.ts'
import { USAGE_RINGS, type UsageStep } from '../../metadata/tables/usage-history-tables.ts'
import { invalidRequest } from '../administration-error.ts'
import { bucketNamed } from '../bucket-named.ts'
import { defineOperation } from '../operation.ts'

/** What a bucket held, by hours or by days. */
export const GetUsageHistory = defineOperation('GetUsageHistory', {
  path: '/-/usage-history',
  isOfServer: false,
  parameters: ['bucket', 'step'],
  async handle(context) {
    const { service, query } = context
    const step = stepIn(query.get('step') ?? 'day')
    const { id, name } = await bucketNamed(context, query.get('bucket') ?? '')
    const now = service.clock.now().getTime()
    const samples = await readUsageHistory(service.stores.metadata, id, step, now)
    return {
      bucket: name,
      step,
      samples: samples.map(({ atMilliseconds, ...held }) => ({
        time: new Date(atMilliseconds).toISOString(),
        ...held,
      })),
    }
  },
})

function stepIn(text: string): UsageStep {
  if (Object.hasOwn(USAGE_RINGS, text)) return text as UsageStep
  throw invalidRequest(`step has to be one of ${Object.keys(USAGE_RINGS).join(', ')}`)
}
