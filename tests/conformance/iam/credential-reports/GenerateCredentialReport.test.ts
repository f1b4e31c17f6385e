import { CreateUserCommand, GenerateCredentialReportCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { otherCredentials } from '../../../support/accounts.ts'
import { iamClient } from '../../../support/identity-clients.ts'
import { inTimeOf } from '../../../support/in-time-of.ts'
import { queryRequest } from '../../../support/query-request.ts'
import { startTestServer } from '../../../support/server.ts'
import { linesOf, reportText } from '../credential-reports.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()
const FOUR_HOURS = 4 * 3600_000

it('makes one report in four hours', async () => {
  await using server = await startTestServer()
  const iam = inTimeOf(server, iamClient(server))
  const generate = async () => {
    const { State, Description } = await iam.send(new GenerateCredentialReportCommand())
    return [State, Description]
  }
  const users = async () => [...linesOf(await reportText(iam)).keys()]
  expect(await generate()).toEqual(['STARTED', 'No report exists. Starting a new report generation task'])
  await iam.send(new CreateUserCommand({ UserName: 'late' }))
  server.clock.advance(FOUR_HOURS - 60_000)
  expect(await generate()).toEqual(['COMPLETE', undefined])
  expect(await users()).toEqual(['<root_account>'])
  server.clock.advance(60_000)
  expect(await generate()).toEqual([
    'STARTED',
    'The report has expired. Starting a new report generation task',
  ])
  expect(await users()).toEqual(['<root_account>', 'late'])
})

it('makes one where many ask at once', async () => {
  const other = iamClient(room.server, otherCredentials)
  const asking = Array.from({ length: 10 }, () => other.send(new GenerateCredentialReportCommand()))
  const states = (await Promise.all(asking)).map(({ State }) => State)
  expect(states.filter((state) => state === 'STARTED')).toHaveLength(1)
  expect(new Set(states).difference(new Set(['STARTED', 'INPROGRESS', 'COMPLETE'])).size).toBe(0)
})

it('answers in XML of IAM', async () => {
  const answer = await queryRequest(room.server, 'iam', { Action: 'GenerateCredentialReport' })
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/xml'])
  expect(answer.text).toContain('<GenerateCredentialReportResult>')
  expect(answer.text).toContain('<State>STARTED</State>')
})

describeIamRequest('GenerateCredentialReport', { resource: '*' })
