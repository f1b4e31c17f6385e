import {
  GenerateServiceLastAccessedDetailsCommand,
  type GenerateServiceLastAccessedDetailsCommandInput,
  GetServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsWithEntitiesCommand,
  type IAMClient,
  type ServiceLastAccessed,
} from '@aws-sdk/client-iam'
import { ListBucketsCommand } from '@aws-sdk/client-s3'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import type { TestServer } from 'holdfast'
import { type Credentials, mainAccount } from '../../support/accounts.ts'
import { sessionOf, stsClient } from '../../support/identity-clients.ts'
import { inTimeOf } from '../../support/in-time-of.ts'
import { s3Client } from '../../support/s3-client.ts'

type Granularity = GenerateServiceLastAccessedDetailsCommandInput['Granularity']

export const allow = (Action: string | readonly string[]) => ({ Effect: 'Allow', Action, Resource: '*' })

/** Of the main account. */
export const arnOf = (name: string): string => `arn:aws:iam::${mainAccount.id}:${name}`

/** What answers about a report that the caller did not have made. */
export const noJob = (JobId: string) => ({
  name: 'NoSuchEntityException',
  message: `Job ${JobId} does not exist.`,
  $metadata: { httpStatusCode: 404 },
})

/** The id of a new report. */
export async function newJob(iam: IAMClient, Arn: string, Granularity?: Granularity): Promise<string> {
  const { JobId } = await iam.send(new GenerateServiceLastAccessedDetailsCommand({ Arn, Granularity }))
  return JobId ?? ''
}

/** The services of a report. */
export async function servicesOf(iam: IAMClient, JobId: string): Promise<readonly ServiceLastAccessed[]> {
  const { ServicesLastAccessed } = await iam.send(new GetServiceLastAccessedDetailsCommand({ JobId }))
  return ServicesLastAccessed ?? []
}

/** The services of a new report. */
export async function newReport(
  iam: IAMClient,
  Arn: string,
  granularity?: Granularity,
): Promise<readonly ServiceLastAccessed[]> {
  return servicesOf(iam, await newJob(iam, Arn, granularity))
}

/** Names of the users and roles of a report, and when they used a service. */
export async function entitiesOf(iam: IAMClient, JobId: string, ServiceNamespace: string) {
  const input = { JobId, ServiceNamespace }
  const { EntityDetailsList } = await iam.send(new GetServiceLastAccessedDetailsWithEntitiesCommand(input))
  return (EntityDetailsList ?? []).map(({ EntityInfo, LastAuthenticated }) => [
    EntityInfo?.Name,
    LastAuthenticated?.toISOString(),
  ])
}

/** Attempts to list the buckets, allowed or not. */
export async function useS3(server: TestServer, credentials: Credentials): Promise<void> {
  const s3 = inTimeOf(server, s3Client(server, { credentials }))
  await s3.send(new ListBucketsCommand()).catch(() => undefined)
}

/** A session of a role, by a user who may assume it. */
export async function sessionOfRole(
  server: TestServer,
  by: Credentials,
  role: string,
  RoleSessionName = 'session',
): Promise<Credentials> {
  const sts = inTimeOf(server, stsClient(server, by))
  const RoleArn = arnOf(`role/${role}`)
  return sessionOf((await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName }))).Credentials)
}
