import type { AccessedServiceRow } from '../../../metadata/tables/service-access-tables.ts'
import type { ServiceLastAccessed } from '../../../model/iam-types.gen.ts'
import { defineOperation } from '../../shared/operation.ts'
import { pageOfReport } from './page-of-report.ts'
import { requireReport } from './report-rows.ts'

export const GetServiceLastAccessedDetails = defineOperation('GetServiceLastAccessedDetails', {
  resource: () => '*',
  async handle({ JobId, ...page }, context) {
    const { row, completedAt } = await requireReport(JobId, context)
    const { items, rest } = pageOfReport(row.services, 'services', JobId, page)
    return {
      JobStatus: 'COMPLETED',
      JobType: row.isOfActions ? 'ACTION_LEVEL' : 'SERVICE_LEVEL',
      JobCreationDate: new Date(row.createdMilliseconds),
      JobCompletionDate: completedAt,
      ServicesLastAccessed: items.map(shownService),
      ...rest,
    }
  },
})

/** As AWS calls them in these reports. */
const SERVICE_NAMES: Readonly<Record<string, string>> = {
  iam: 'AWS Identity and Access Management',
  kms: 'AWS Key Management Service',
  s3: 'Amazon S3',
  sts: 'AWS Security Token Service',
}

function shownService({ name, use, by, entities, actions }: AccessedServiceRow): ServiceLastAccessed {
  return {
    ServiceName: SERVICE_NAMES[name] ?? name,
    ServiceNamespace: name,
    ...(use && {
      LastAuthenticated: new Date(use.atMilliseconds),
      LastAuthenticatedEntity: by,
      LastAuthenticatedRegion: use.region,
    }),
    TotalAuthenticatedEntities: entities,
    ...(actions && {
      TrackedActionsLastAccessed: actions.map((action) => ({
        ActionName: action.name,
        ...(action.use && {
          LastAccessedEntity: action.by,
          LastAccessedTime: new Date(action.use.atMilliseconds),
          LastAccessedRegion: action.use.region,
        }),
      })),
    }),
  }
}
