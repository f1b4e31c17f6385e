import { CreatePolicyCommand, type CreatePolicyCommandInput, type IAMClient } from '@aws-sdk/client-iam'
import { mainAccount } from '../../support/accounts.ts'

export function policyText(...Statement: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement })
}

export const listBuckets = { Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }
export const denyAll = { Effect: 'Deny', Action: '*', Resource: '*' }

/** A policy that reads as the second of two that are told apart by their Sids. */
export function textOf(Sid: string): string {
  return policyText({ Sid, ...listBuckets })
}

export function ownPolicy(name: string): string {
  return `arn:aws:iam::${mainAccount.id}:policy/${name}`
}

/** A new policy of an account's own, and its ARN. */
export async function makePolicy(
  { iam }: { readonly iam: IAMClient },
  PolicyName: string,
  input: Partial<CreatePolicyCommandInput> = {},
): Promise<string> {
  const { Policy } = await iam.send(
    new CreatePolicyCommand({ PolicyName, PolicyDocument: textOf('first'), ...input }),
  )
  return Policy?.Arn ?? ''
}

/** Where policies are changed that AWS manages. */
export const outside = {
  name: 'AccessDenied',
  message: 'Policy is outside your own account.',
  $metadata: { httpStatusCode: 403 },
}

export function noPolicy(arn: string) {
  return {
    name: 'NoSuchEntityException',
    message: `Policy ${arn} was not found.`,
    $metadata: { httpStatusCode: 404 },
  }
}
