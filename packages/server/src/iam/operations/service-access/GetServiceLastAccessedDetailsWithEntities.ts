import { ACCESSED_SERVICES } from '../../../identities/tracked-actions.ts'
import { invalidInput } from '../../shared/invalid-input.ts'
import { defineOperation } from '../../shared/operation.ts'
import { entitiesNow } from './entities.ts'
import { pageOfReport } from './page-of-report.ts'
import { entitiesOf, type Report, requireReport } from './report-rows.ts'

/**
 * Who used it last comes first. Names and paths are those of now; who is gone since is left out, so that a page may have fewer than it was
 * asked for.
 */
export const GetServiceLastAccessedDetailsWithEntities = defineOperation(
  'GetServiceLastAccessedDetailsWithEntities',
  {
    resource: () => '*',
    async handle({ JobId, ServiceNamespace: name, ...page }, context) {
      const { metadata } = context.service
      const report = await requireReport(JobId, context)
      if (!ACCESSED_SERVICES.some((service) => service === name)) {
        throw invalidInput(`Service namespace ${name} is either invalid or unsupported.`)
      }
      const entities = tellsOf(report, name) ? await entitiesOf(metadata, report) : []
      const uses = entities.map(({ id, atMilliseconds }) => ({ id, at: atMilliseconds[name] }))
      const latestFirst = uses.toSorted((one, other) => (other.at ?? 0) - (one.at ?? 0))
      const { items, rest } = pageOfReport(latestFirst, 'entities', JobId, page)
      const ids = items.map(({ id }) => id)
      const infos = await entitiesNow(metadata, ids)
      return {
        JobStatus: 'COMPLETED',
        JobCreationDate: new Date(report.row.createdMilliseconds),
        JobCompletionDate: report.completedAt,
        EntityDetailsList: items.flatMap(({ id, at }) => {
          const EntityInfo = infos.get(id)
          return EntityInfo
            ? [{ EntityInfo, ...(at !== undefined && { LastAuthenticated: new Date(at) }) }]
            : []
        }),
        ...rest,
      }
    },
  },
)

function tellsOf({ row }: Report, service: string): boolean {
  return row.services.some(({ name }) => name === service)
}
