import { timedUuid } from '../../../base/uuid.ts'
import { defineOperation } from '../../shared/operation.ts'
import { makeReport } from './make-report.ts'
import { beginReport, endReport, ownerOf } from './report-rows.ts'
import { reportSource } from './report-source.ts'

/** The report is made before the answer, of what is known now, and stays as it is. */
export const GenerateServiceLastAccessedDetails = defineOperation('GenerateServiceLastAccessedDetails', {
  resource: ({ Arn }) => Arn,
  async handle({ Arn, Granularity }, context) {
    const { service, caller } = context
    const { metadata, clock, random } = service
    const source = await reportSource(Arn, context)
    const createdAt = clock.now()
    const id = { accountId: caller.account.id, jobId: timedUuid(random, createdAt) }
    const isOfActions = Granularity === 'ACTION_LEVEL'
    await beginReport(metadata, id, {
      owner: ownerOf(caller),
      isOfActions,
      createdMilliseconds: createdAt.getTime(),
      services: [],
    })
    const services = await makeReport(service, id, source, isOfActions)
    await endReport(metadata, id, { services, completedMilliseconds: clock.now().getTime() })
    return { JobId: id.jobId }
  },
})
