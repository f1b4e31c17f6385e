import {
  type AccessKey,
  CreateAccessKeyCommand,
  CreateRoleCommand,
  type CreateRoleCommandInput,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { type Credentials as Given, STSClient } from '@aws-sdk/client-sts'
import { type Credentials, testRegion } from './accounts.ts'
import type { ServerAddress } from './raw-request.ts'

/** The official client of IAM. It does not try again: a test wants the first answer. */
export function iamClient(server: ServerAddress, credentials: Credentials = server.credentials): IAMClient {
  // A copy: the client writes into it.
  return new IAMClient({
    endpoint: server.url,
    region: testRegion,
    credentials: { ...credentials },
    maxAttempts: 1,
  })
}

export function stsClient(server: ServerAddress, credentials: Credentials = server.credentials): STSClient {
  return new STSClient({
    endpoint: server.url,
    region: testRegion,
    credentials: { ...credentials },
    maxAttempts: 1,
  })
}

/** A new user of the server's first account with a key, who may do what the statements say. */
export async function makeUser(
  server: ServerAddress,
  UserName: string,
  ...statements: readonly object[]
): Promise<Credentials> {
  const iam = iamClient(server)
  await iam.send(new CreateUserCommand({ UserName }))
  if (statements.length > 0) await putPolicy(iam, UserName, ...statements)
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  return credentialsOf(AccessKey)
}

export async function putPolicy(
  iam: IAMClient,
  UserName: string,
  ...Statement: readonly object[]
): Promise<void> {
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument }))
}

export function credentialsOf(key: AccessKey | undefined): Credentials {
  return { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' }
}

/** As clients take them that STS gave. */
export function sessionOf(given: Given | undefined): Credentials {
  return {
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
  }
}

/** Who of AWS's principals may assume a role, on what conditions. */
export function trustPolicy(AWS: string | readonly string[], Condition?: object): string {
  const Statement = { Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole', Condition }
  return JSON.stringify({ Version: '2012-10-17', Statement })
}

/** A new role of the server's first account that may do what the statements say, and its ARN. */
export async function makeRole(
  server: ServerAddress,
  { RoleName, ...role }: Omit<CreateRoleCommandInput, 'RoleName'> & { readonly RoleName: string },
  ...Statement: readonly object[]
): Promise<string> {
  const iam = iamClient(server)
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, ...role }))
  if (Statement.length > 0) {
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument }))
  }
  return Role?.Arn ?? ''
}
