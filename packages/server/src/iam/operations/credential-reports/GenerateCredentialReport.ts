import { defineOperation } from '../../shared/operation.ts'
import { makeReport } from './make-report.ts'
import { beginReport, endReport } from './report-rows.ts'

/**
 * The report is made before the answer, which says STARTED all the same, as AWS's does. While another process is at it, it is
 * INPROGRESS.
 */
export const GenerateCredentialReport = defineOperation('GenerateCredentialReport', {
  resource: () => '*',
  async handle(_, { service, caller: { account } }) {
    const { metadata, clock, random } = service
    const id = random.bytes(8).toString('hex')
    const before = await beginReport(metadata, account.id, id, clock.now())
    if (before === 'ready') return { State: 'COMPLETE' }
    if (before === 'underway') return { State: 'INPROGRESS' }
    try {
      if (!(await makeReport(service, account, id))) return { State: 'INPROGRESS' }
    } catch (error) {
      await endReport(metadata, { accountId: account.id, id }, undefined).catch(() => undefined)
      throw error
    }
    const what = before === 'absent' ? 'No report exists' : 'The report has expired'
    return { State: 'STARTED', Description: `${what}. Starting a new report generation task` }
  },
})
