import { CreateUserCommand, GenerateServiceLastAccessedDetailsCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { otherAccount, otherCredentials } from '../../../support/accounts.ts'
import { iamClient, makeUser } from '../../../support/identity-clients.ts'
import { inTimeOf } from '../../../support/in-time-of.ts'
import { queryRequest } from '../../../support/query-request.ts'
import { startTestServer } from '../../../support/server.ts'
import { awsPolicy } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { allow, arnOf, newJob, newReport, noJob, servicesOf, useS3 } from '../service-access.suite.ts'

const room = openIamRoom(({ iam }) => iam.send(new CreateUserCommand({ UserName: 'jill', Path: '/team/' })))
const Action = 'GenerateServiceLastAccessedDetails'

it('answers with the id of the report in XML of IAM', async () => {
  const answer = await queryRequest(room.server, 'iam', { Action, Arn: arnOf('user/team/jill') })
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/xml'])
  expect(answer.text).toMatch(
    /<GenerateServiceLastAccessedDetailsResult>\s*<JobId>[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}<\/JobId>/,
  )
})

it('makes one of a policy that nobody has', async () => {
  expect(await newReport(room.iam, awsPolicy('AmazonS3FullAccess'))).toMatchObject([
    { ServiceNamespace: 's3', TotalAuthenticatedEntities: 0 },
  ])
})

it.each([
  arnOf('user/jill'),
  arnOf('user/team/Jill'),
  arnOf('role/nobody'),
  arnOf('group/nobody'),
  arnOf('policy/nothing'),
  'arn:aws:iam::aws:policy/Nothing',
])('knows no %s', async (Arn) => {
  const generating = room.iam.send(new GenerateServiceLastAccessedDetailsCommand({ Arn }))
  await expect(generating).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: `ARN ${Arn} does not exist.`,
    $metadata: { httpStatusCode: 404 },
  })
})

it.each([
  arnOf('root'),
  arnOf('instance-profile/machine'),
  arnOf('user/'),
  arnOf('mfa/device'),
  'no ARN, but as long as one',
])('reports on no %s', async (Arn) => {
  const generating = room.iam.send(new GenerateServiceLastAccessedDetailsCommand({ Arn }))
  await expect(generating).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: `Invalid Entity Arn: ${Arn} is not supported.`,
    $metadata: { httpStatusCode: 400 },
  })
})

it.each([
  [{ Arn: arnOf('user/team/jill').replace('iam', 's3') }, 'Invalid service in ARN'],
  [{ Arn: arnOf('user/team/jill').replace('aws', 'aws-cn') }, 'Invalid ARN partition'],
  [{ Arn: 'arn:aws:iam:' }, 'length greater than or equal to 20'],
  [{ Arn: arnOf('user/team/jill'), Granularity: 'service_level' }, 'SERVICE_LEVEL'],
  [{}, 'must not be null'],
])('refuses %o', async (parameters, told) => {
  const answer = await queryRequest(room.server, 'iam', { Action, ...parameters })
  expect([answer.status, answer.errorCode]).toEqual([400, 'ValidationError'])
  expect(answer.text).toContain(told)
})

it('is of the own account alone', async () => {
  const other = iamClient(room.server, otherCredentials)
  const Arn = arnOf('user/team/jill')
  await expect(other.send(new GenerateServiceLastAccessedDetailsCommand({ Arn }))).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.stringContaining(`${otherAccount.id}:root is not authorized to perform: iam:${Action}`),
    $metadata: { httpStatusCode: 403 },
  })
})

it('reports of the moment that it was asked, for a day', async () => {
  await using server = await startTestServer()
  const iam = inTimeOf(server, iamClient(server))
  const somebody = await makeUser(server, 'somebody', allow('s3:*'))
  const before = await newJob(iam, arnOf('user/somebody'))
  await useS3(server, somebody)
  const after = await newJob(iam, arnOf('user/somebody'))
  const times = async (jobId: string) =>
    (await servicesOf(iam, jobId)).map(({ LastAuthenticated }) => LastAuthenticated instanceof Date)
  expect([await times(before), await times(after)]).toEqual([[false], [true]])
  server.clock.advance(24 * 3600_000 - 60_000)
  expect(await times(after)).toEqual([true])
  server.clock.advance(60_000)
  await expect(servicesOf(iam, after)).rejects.toMatchObject(noJob(after))
})

describeIamRequest(Action, {
  parameters: { Arn: arnOf('user/team/somebody') },
  resource: 'user/team/somebody',
})
