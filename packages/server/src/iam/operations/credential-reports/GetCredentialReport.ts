import { iamCredentialReportPieces, iamCredentialReports } from '../../../metadata/tables/iam-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { QueryError } from '../../../model/query-error.ts'
import { defineOperation } from '../../shared/operation.ts'
import { type ReportState, stateOf } from './report-rows.ts'

/** What was at the time that it was generated, whatever has changed since. */
export const GetCredentialReport = defineOperation('GetCredentialReport', {
  resource: () => '*',
  async handle(_, { service: { metadata, clock }, caller: { account } }) {
    const report = await transact(metadata, async (transaction) => {
      const row = await transaction.getIfReadable(iamCredentialReports, account.id)
      const state = stateOf(row, clock.now())
      if (row?.generatedMilliseconds === undefined || state !== 'ready') throw refusal(state)
      const texts: string[] = []
      for (let number = 0; number < row.pieces; number++) {
        const piece = await transaction.getIfReadable(iamCredentialReportPieces, account.id, row.id, number)
        if (!piece) {
          // Damaged: without it another one can be made at once.
          transaction.remove(iamCredentialReports, account.id)
          return undefined
        }
        texts.push(piece.text)
      }
      const Content = Buffer.from(texts.join('\n'))
      const GeneratedTime = new Date(row.generatedMilliseconds)
      return { Content, ReportFormat: 'text/csv' as const, GeneratedTime }
    })
    if (!report) throw refusal('absent')
    return report
  },
})

function refusal(state: ReportState): QueryError {
  if (state === 'underway') {
    return new QueryError('ReportInProgress', 'The credential report is still being generated.')
  }
  if (state === 'expired') {
    return new QueryError('ReportExpired', `The credential report has expired. ${REMEDY}`)
  }
  return new QueryError('ReportNotPresent', `There is no credential report. ${REMEDY}`)
}

const REMEDY = 'GenerateCredentialReport makes one.'
